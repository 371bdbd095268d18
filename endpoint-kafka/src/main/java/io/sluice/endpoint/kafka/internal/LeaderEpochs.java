/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Under which leader the records of a partition were written, from the oldest that may still be
 * committed: a position is committed together with the epoch of the record before it, so that a log
 * which was cut meanwhile is noticed (KIP-320). Owned by the thread of the poller.
 */
final class LeaderEpochs {

  /** Epochs by the first offset that was seen of each. */
  private final TreeMap<Long, Optional<Integer>> epochs = new TreeMap<>();

  /** Records have come, in order. */
  void add(List<ConsumerRecord<byte[], byte[]>> records) {
    Optional<Integer> last = epochs.isEmpty() ? null : epochs.lastEntry().getValue();
    // Epochs only grow: where the last record has the known one, all have.
    if (records.get(records.size() - 1).leaderEpoch().equals(last)) {
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (!record.leaderEpoch().equals(last)) {
        last = record.leaderEpoch();
        epochs.put(record.offset(), last);
      }
    }
  }

  /** It is not known under which leader what comes from an offset on was written. */
  void unknownFrom(long offset) {
    epochs.put(offset, Optional.empty());
  }

  /** The epoch of the record before a position; what is older is forgotten. */
  Optional<Integer> before(long position) {
    var entry = epochs.lowerEntry(position);
    if (entry == null) {
      return Optional.empty();
    }
    epochs.headMap(entry.getKey()).clear();
    return entry.getValue();
  }
}
