/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import io.sluice.endpoint.support.settlement.TrackedDelivery;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which position a partition has, on one thread. */
class KafkaLaneTest {

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  static final KafkaSettings.Consumer SETTINGS =
      KafkaSettings.of(
              EndpointSchema.ofResource(KafkaEndpointFactory.class, "kafka")
                  .settings(
                      EndpointConfiguration.of(
                          "orders", KafkaFixture.consuming("127.0.0.1:1", "t"))))
          .consumer();

  @ParameterizedTest
  @EnumSource(Qos.class)
  void aPositionBehindWhatIsNeverDeliveredDoesNotFallBack(Qos qos) {
    KafkaLane partition = partition(qos);
    append(partition, 0, 1);
    settle(partition, 2);
    partition.append(List.of(), new OffsetAndMetadata(10, Optional.of(4), ""));
    assertThat(partition.position()).as("behind an aborted transaction").isEqualTo(10);

    append(partition, 10);

    assertThat(partition.position()).as("while a record waits").isEqualTo(10);
    settle(partition, 1);
    assertThat(partition.position()).isEqualTo(11);
    partition.skipTo(20);
    append(partition, 20);
    assertThat(partition.position()).as("behind what cannot be read").isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource(
      value = Qos.class,
      names = {"NONE", "AT_MOST_ONCE"})
  void whatIsTakenCountsWhereNothingIsSettled(Qos qos) {
    KafkaLane partition = partition(qos);
    append(partition, 0, 1, 2);

    partition.poll();

    assertThat(partition.position()).isEqualTo(1);
  }

  @Test
  void theEpochOfAnEndGoesWithItThoughRecordsCome() {
    KafkaLane partition = partition(Qos.AT_LEAST_ONCE);
    append(partition, 0, 1);
    settle(partition, 2);
    partition.append(List.of(), new OffsetAndMetadata(3, Optional.of(4), ""));

    append(partition, 3);

    assertThat(partition.position()).isEqualTo(3);
    assertThat(partition.epochBefore(3)).hasValue(4);
  }

  @Test
  void anUnsettledRecordHoldsBackWhatIsBehindIt() {
    KafkaLane partition = partition(Qos.AT_LEAST_ONCE);
    append(partition, 0, 1);
    Delivery first = partition.poll();
    settle(partition, 1);
    partition.skipTo(10);
    append(partition, 10);

    assertThat(partition.position()).isZero();
    first.ack();
    assertThat(partition.position()).isEqualTo(2);
    settle(partition, 1);
    assertThat(partition.position()).isEqualTo(11);
  }

  @Test
  void theEpochBehindWhatWasSkippedIsNotKnown() {
    KafkaLane partition = partition(Qos.AT_LEAST_ONCE);
    append(partition, 0, 1);
    assertThat(partition.epochBefore(1)).hasValue(3);

    partition.skipTo(10);

    assertThat(partition.epochBefore(2)).hasValue(3);
    assertThat(partition.epochBefore(10)).isEmpty();
    append(partition, 10);
    assertThat(partition.epochBefore(10)).isEmpty();
    assertThat(partition.epochBefore(11)).hasValue(3);
  }

  private static void append(KafkaLane partition, long... offsets) {
    partition.append(
        LongStream.of(offsets).mapToObj(KafkaLaneTest::record).toList(),
        new OffsetAndMetadata(offsets[offsets.length - 1] + 1));
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>(
        PARTITION.topic(),
        PARTITION.partition(),
        offset,
        1,
        TimestampType.CREATE_TIME,
        -1,
        1,
        null,
        new byte[1],
        new RecordHeaders(),
        Optional.of(3));
  }

  private static void settle(KafkaLane partition, int count) {
    for (int i = 0; i < count; i++) {
      Delivery delivery = partition.poll();
      partition.delivered();
      delivery.ack();
    }
  }

  private static KafkaLane partition(Qos qos) {
    return partition(PARTITION, 0, qos);
  }

  /** A partition without records, whose position the group knows. */
  static KafkaLane partition(TopicPartition partition, long position, Qos qos) {
    return new KafkaLane(
        "orders",
        new StartPositions.Start(partition, position, position),
        qos,
        SETTINGS,
        new UnsettledBudget(100, 1_000_000, () -> {}),
        new EndpointMeter(),
        new DeliveryLane.Listener<>() {
          @Override
          public void ready() {}

          @Override
          public void discarded(
              TrackedDelivery<ConsumerRecord<byte[], byte[]>> delivery, Runnable done) {}
        });
  }
}
