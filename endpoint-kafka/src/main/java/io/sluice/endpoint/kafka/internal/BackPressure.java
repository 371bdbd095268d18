/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Pauses the partitions of which enough records wait for the subscription, and resumes them when it
 * has taken most of those. A paused partition brings nothing, however often its client polls.
 *
 * <p>Belongs to the thread that polls, but for {@link #isHolding}.
 */
final class BackPressure {

  /** Room for a few polls; with less, nearly each would pause and resume each partition. */
  private static final long MIN_POLLS = 8;

  private final long records;
  private final long bytes;
  private volatile boolean holding;

  /** Lets as much wait as the settings let be unsettled, or a few polls bring if that is more. */
  BackPressure(KafkaSettings.Consumer settings) {
    this.records = Math.max(settings.unsettled().messages(), MIN_POLLS * settings.pollRecords());
    this.bytes = settings.unsettled().bytes();
  }

  /** Whether it is worth to {@link #regulate} again when the subscription has taken a batch. */
  boolean isHolding() {
    return holding;
  }

  /**
   * Pauses what must wait, and resumes what need not any more.
   *
   * @param all whether everything must wait
   */
  void regulate(Consumer<byte[], byte[]> client, List<KafkaLane> partitions, boolean all) {
    boolean paused = pause(client, partitions, all);
    if (paused && !holding) {
      holding =
          true; // from now on a batch that is taken is reported; before it may have been the last
      paused = pause(client, partitions, all);
    }
    holding = paused;
  }

  private boolean pause(Consumer<byte[], byte[]> client, List<KafkaLane> partitions, boolean all) {
    boolean any = false;
    for (KafkaLane each : partitions) {
      boolean pause = all || each.isEnded() || hasEnough(each, partitions.size());
      if (pause != each.isPaused()) {
        if (pause) {
          client.pause(List.of(each.partition()));
        } else {
          client.resume(List.of(each.partition()));
        }
        each.paused(pause);
      }
      any |= pause;
    }
    return any;
  }

  /**
   * Whether a partition has its share of what may wait, so that one that stands still leaves the
   * others theirs. Once it had, half of it is enough, so that it does not change with every record.
   */
  private boolean hasEnough(KafkaLane partition, long sharers) {
    long factor = partition.isPaused() ? 2 * sharers : sharers;
    return partition.waiting() * factor >= records || partition.waitingBytes() * factor >= bytes;
  }
}
