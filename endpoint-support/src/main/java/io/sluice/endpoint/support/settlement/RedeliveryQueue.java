/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Deliveries that are due again, lowest sequence first. Each holds its place in a window of
 * unsettled deliveries, which bounds the queue. Safe for use by many threads.
 *
 * @param <T> what is queued
 */
public final class RedeliveryQueue<T> {

  private final ConcurrentSkipListMap<Long, T> entries = new ConcurrentSkipListMap<>();

  /**
   * Adds an entry.
   *
   * @param sequence its place in the order of the first delivery; one entry each
   * @param entry not null
   */
  public void add(long sequence, T entry) {
    entries.put(sequence, Objects.requireNonNull(entry, "entry"));
  }

  /** Takes the entry with the lowest sequence; null if there is none. */
  public T poll() {
    // The usual case costs one read; pollFirstEntry makes an entry object.
    if (entries.isEmpty()) {
      return null;
    }
    var first = entries.pollFirstEntry();
    return first == null ? null : first.getValue();
  }

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The number of entries, counted at each call. */
  public int size() {
    return entries.size();
  }

  /** Drops all entries. */
  public void clear() {
    entries.clear();
  }
}
