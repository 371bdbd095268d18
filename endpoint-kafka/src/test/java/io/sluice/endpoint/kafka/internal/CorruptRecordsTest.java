/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CorruptRecordsTest {

  @Test
  void aCodecThatCannotBeLoadedIsNoFaultOfTheRecord() {
    MockConsumer<byte[], byte[]> client = new MockConsumer<>("earliest");
    client.assign(List.of(new TopicPartition("t", 0)));
    CorruptRecords corrupt = new CorruptRecords(client, new Waiting(() -> true), null);

    boolean skipped =
        corrupt.skip(
            new KafkaException(
                "Received exception when fetching the next record from t-0. If needed, please seek"
                    + " past the record to continue consumption.",
                new KafkaException(new UnsatisfiedLinkError("zstd"))));

    assertThat(skipped).isFalse();
  }
}
