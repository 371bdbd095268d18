/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.publishing.Publication;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Echoes that wait for a consumer, in order. It knows when it is full, in number or bytes, and
 * leaves it to the caller what to do then. Not safe for use by many threads.
 */
final class EchoBuffer {

  private final int capacity;
  private final long capacityBytes;
  private final Deque<Echo> echoes = new ArrayDeque<>();
  private long bytes;

  EchoBuffer(InFlightLimits limits) {
    capacity = limits.messages();
    capacityBytes = limits.bytes();
  }

  boolean isFull() {
    return echoes.size() >= capacity || bytes >= capacityBytes;
  }

  boolean isEmpty() {
    return echoes.isEmpty();
  }

  int size() {
    return echoes.size();
  }

  void add(Echo echo) {
    echoes.add(echo);
    bytes += echo.bytes();
  }

  /** The echo that has waited longest; null if there is none. */
  Echo poll() {
    Echo echo = echoes.poll();
    if (echo != null) {
      bytes -= echo.bytes();
    }
    return echo;
  }

  /** Takes out what was published, wherever it is. */
  void remove(Publication<Message> publication) {
    for (Iterator<Echo> each = echoes.iterator(); each.hasNext(); ) {
      Echo echo = each.next();
      if (echo.isOf(publication)) {
        each.remove();
        bytes -= echo.bytes();
      }
    }
  }
}
