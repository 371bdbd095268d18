/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import org.apache.kafka.common.TopicPartition;

/**
 * Messages that a group did not get, as the broker had removed them, or some of them.
 *
 * @param first offset of the first message that the group did not get
 * @param last offset of the last one
 * @param held offset of the first message that the broker still held
 */
record Gap(String group, TopicPartition partition, long first, long last, long held) {

  /** For people. */
  @Override
  public String toString() {
    return held > last
        ? "group '%s' did not get offsets %d to %d of %s: the broker has removed them"
            .formatted(group, first, last, partition)
        : "group '%s' did not get offsets %d to %d of %s: the broker has removed those up to %d, and consumer.autoOffsetReset passes over the others"
            .formatted(group, first, last, partition, held - 1);
  }
}
