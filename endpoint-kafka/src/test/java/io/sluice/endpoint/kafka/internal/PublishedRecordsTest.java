/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Message;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PublishedRecordsTest {

  private final PublishedRecords records =
      new KafkaMessageWriter(List.of("a", "b")).write(Message.of("x"));

  @Test
  void aRecordThatTwoClientsConfirmCountsOnce() {
    assertThat(records.confirm(0, at("a", 7))).isFalse();
    assertThat(records.confirm(0, at("a", 8))).as("the same record by another client").isFalse();
    assertThat(records.isConfirmed(1)).isFalse();

    assertThat(records.confirm(1, at("b", 3))).isTrue();

    assertThat(records.places().get(KafkaAttributes.TOPIC)).isEqualTo(List.of("a", "b"));
    assertThat(records.places().get(KafkaAttributes.OFFSET)).isEqualTo(List.of(7L, 3L));
  }

  @Test
  void theLastRecordThatAClientTakesIsTold() {
    records.untaken(2);

    assertThat(records.taken()).isFalse();
    assertThat(records.taken()).isTrue();
  }

  private static RecordMetadata at(String topic, long offset) {
    return new RecordMetadata(new TopicPartition(topic, 0), offset, 0, 0, 0, 0);
  }
}
