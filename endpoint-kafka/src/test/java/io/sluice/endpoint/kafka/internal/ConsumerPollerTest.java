/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a poller makes of failures that no broker gives at will. */
class ConsumerPollerTest {

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final Map<String, Uuid> IDS = Map.of("t", Uuid.randomUuid());

  private static final Map<String, Object> SLOW =
      Map.of("reconnect.initialDelay", 30_000, "reconnect.maxDelay", 30_000);

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger checks = new AtomicInteger();
  private final RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
  private final ScriptedConsumer client = new ScriptedConsumer();
  private final ScriptedConsumer successor = new ScriptedConsumer();
  private KafkaSubscription consumer;

  @BeforeEach
  void prepareTopic() {
    for (ScriptedConsumer each : List.of(client, successor)) {
      each.updatePartitions("t", List.of(new PartitionInfo("t", 0, null, null, null)));
      each.updateBeginningOffsets(Map.of(PARTITION, 0L));
      each.updateEndOffsets(Map.of(PARTITION, 0L));
    }
  }

  @AfterEach
  void stop() {
    consumer.stop(Duration.ZERO, false);
    join(consumer.ended());
    executor.shutdown();
  }

  @Test
  void whatWasCommittedAndWaitsIsGivenBackWhenTheClientFails() {
    open(Qos.AT_MOST_ONCE, Map.of());
    assign();
    add(0, 5);
    subscriber.request(2);
    awaitCount(subscriber, 2);
    eventually().until(() -> client.position() == 5);

    client.setPollException(new KafkaException("broken"));

    eventually().until(() -> client.position() == 2);
    subscriber.request(10);
    KafkaFixture.stays().until(() -> subscriber.count() == 2);
  }

  @Test
  void nothingIsFetchedForAWhileWhenARebalanceHindersTheCommitBeforeDelivery() {
    open(Qos.AT_MOST_ONCE, SLOW);
    assign();
    client.commitFailure = new RebalanceInProgressException("moving");
    subscriber.request(10);

    add(0, 1);

    eventually().until(() -> client.paused().equals(Set.of(PARTITION)));
    assertThat(subscriber.count()).isZero();
  }

  @Test
  void whatWaitsInFrontOfACutIsFetchedAgain() {
    open(Qos.AT_LEAST_ONCE, Map.of());
    assign();
    add(0, 5);
    subscriber.request(3);
    awaitCount(subscriber, 3);
    subscriber.items().get(0).ack();
    learnIds();

    client.setPollException(
        new LogTruncationException(
            Map.of(PARTITION, 5L), Map.of(PARTITION, new OffsetAndMetadata(4))));

    eventually().until(() -> client.sought == 1);
    assertThat(consumer.assigned().get(0).waiting()).isZero();
  }

  @Test
  void aLogThatWasCutInFrontOfThePositionIsConsumedFromWhereTheResetSays() {
    open(Qos.AT_LEAST_ONCE, Map.of("consumer.autoOffsetReset", "latest"));
    assign();
    add(0, 5);
    subscriber.request(5);
    awaitCount(subscriber, 5);
    subscriber.items().forEach(Delivery::ack);
    learnIds();
    client.updateEndOffsets(Map.of(PARTITION, 3L));

    client.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 5L)));

    eventually().until(() -> client.sought == 3);
  }

  @Test
  void whatIsUnsettledInALogThatWasCutIsFetchedAgain() {
    open(Qos.AT_LEAST_ONCE, Map.of("consumer.autoOffsetReset", "latest"));
    assign();
    add(0, 5);
    subscriber.request(5);
    awaitCount(subscriber, 5);
    subscriber.items().get(0).ack();
    learnIds();
    client.updateEndOffsets(Map.of(PARTITION, 3L));

    client.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 5L)));

    eventually().until(() -> client.sought == 1);
    assertThat(consumer.assigned().get(0).topicId()).isEqualTo(IDS.get("t"));
  }

  @Test
  void whereAConsumerBeganWithoutACommitItBeginsAgain() {
    client.updateEndOffsets(Map.of(PARTITION, 100L));
    client.asyncFailure = new TimeoutException("moving");
    client.commitFailure = new TimeoutException("moving");
    open(Qos.AT_LEAST_ONCE, Map.of("consumer.autoOffsetReset", "latest"));
    assign();
    successor.updateEndOffsets(Map.of(PARTITION, 200L));
    client.setPollException(new TimeoutException("broken"));
    eventually().until(() -> clients.get() == 2);

    successor.schedulePollTask(() -> successor.rebalance(Set.of(PARTITION)));

    eventually().until(() -> consumer.assigned().size() == 1);
    assertThat(consumer.assigned().get(0).position()).isEqualTo(100);
  }

  @Test
  void aCommitBeforeDeliveryThatTookEffectUnheardIsTakenBack() {
    open(Qos.AT_MOST_ONCE, SLOW);
    assign();
    eventually().until(() -> client.position() == 0);
    int before = client.commits.size();
    client.commitFailure = new TimeoutException("no answer");
    add(0, 5);
    eventually().until(() -> client.paused().equals(Set.of(PARTITION)));
    client.commitFailure = null;

    consumer.stop(Duration.ZERO, false);

    join(consumer.ended());
    assertThat(client.commits).hasSizeGreaterThan(before).endsWith(0L);
  }

  @Test
  void aStopIsHeardThoughACallHasTakenAnEarlierWakeUp() {
    client.positionsAreLate = true;
    open(Qos.AT_LEAST_ONCE, Map.of());
    eventually().until(() -> client.waits.get() == 1);
    consumer.topicsSeen(IDS, System.nanoTime());
    eventually().until(() -> client.waits.get() == 2);

    consumer.stop(Duration.ZERO, false);

    join(consumer.ended());
  }

  @Test
  void whetherEveryPartitionHasAMemberIsAskedUntilThereIsAnAnswer() {
    open(Qos.AT_LEAST_ONCE, Map.of());
    assign();

    eventually().until(() -> checks.get() == 2);
  }

  @Test
  void aMemberWithAMadeUpNameThatIsNotReleasedGoesOnAsADynamicOne() {
    open(Qos.AT_LEAST_ONCE, SLOW);
    assign();

    client.setPollException(
        new org.apache.kafka.common.errors.UnreleasedInstanceIdException("not yet"));

    eventually().until(() -> clients.get() == 2);
    assertThat(subscriber.error()).isEmpty();
  }

  private void assign() {
    client.schedulePollTask(() -> client.rebalance(Set.of(PARTITION)));
    eventually().until(() -> consumer.assigned().size() == 1);
  }

  private void learnIds() {
    eventually()
        .until(
            () -> {
              consumer.topicsSeen(IDS, System.nanoTime());
              return consumer.assigned().get(0).topicId() != null;
            });
  }

  private void add(int first, int count) {
    client.schedulePollTask(
        () -> {
          client.updateEndOffsets(Map.of(PARTITION, (long) first + count));
          for (int i = first; i < first + count; i++) {
            client.addRecord(new ConsumerRecord<>("t", 0, i, null, new byte[1]));
          }
        });
  }

  private void open(Qos qos, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(KafkaFixture.consuming("127.0.0.1:1", "t"));
    properties.putAll(more);
    KafkaSettings settings =
        KafkaSettings.of(
            EndpointSchema.ofResource(KafkaEndpointFactory.class, "kafka")
                .settings(EndpointConfiguration.of("orders", properties)));
    DeliverySubscription.open(
        "orders",
        subscriber,
        executor,
        subscription -> {
          consumer = consumer(settings, qos, subscription);
          return consumer;
        });
    consumer.open();
  }

  private KafkaSubscription consumer(
      KafkaSettings settings, Qos qos, DeliverySubscription subscription) {
    GroupMember group = GroupMember.of("g", GroupMember.CLASSIC, "orders", "t", 0);
    return new KafkaSubscription(
        "orders",
        group,
        qos,
        settings.consumer(),
        subscription,
        new EndpointMeter(),
        gap -> {},
        null, // no test discards a message
        self ->
            new ConsumerPoller(
                "orders",
                clients(settings),
                group,
                new ResumePosition(Map.of()),
                settings.reconnect()::backoff,
                groups(),
                names -> CompletableFuture.completedStage(IDS),
                Thread::new,
                self));
  }

  private KafkaClients clients(KafkaSettings settings) {
    return new KafkaClients("orders", settings) {
      @Override
      Consumer<byte[], byte[]> consumer(KafkaSettings.Consumer consumer, GroupMember group) {
        return clients.getAndIncrement() == 0 ? client : successor;
      }
    };
  }

  /** Answers a question at the second attempt. */
  private GroupMembership.Groups groups() {
    return new GroupMembership.Groups() {
      @Override
      public boolean isReachable() {
        return true;
      }

      @Override
      public boolean isOnlyMember(String group, String instance) {
        return false;
      }

      @Override
      public void removeMember(String group, String instance) {}

      @Override
      public CompletionStage<Set<TopicPartition>> assignedPartitions(String group) {
        return checks.incrementAndGet() == 1
            ? CompletableFuture.failedStage(new TimeoutException("no answer"))
            : CompletableFuture.completedStage(Set.of(PARTITION));
      }
    };
  }

  /** A client of no broker, which does what a test wants. */
  private static final class ScriptedConsumer
      extends org.apache.kafka.clients.consumer.MockConsumer<byte[], byte[]> {

    final AtomicInteger waits = new AtomicInteger();
    final List<Long> commits = new CopyOnWriteArrayList<>();
    volatile KafkaException commitFailure;
    volatile KafkaException asyncFailure;
    volatile boolean positionsAreLate;
    volatile long sought = -1;
    private volatile long position = -1;

    ScriptedConsumer() {
      super("none");
    }

    long position() {
      return position;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      if (commitFailure != null) {
        throw commitFailure;
      }
      super.commitSync(offsets, timeout);
      committed(offsets);
    }

    @Override
    public void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      if (asyncFailure != null) {
        callback.onComplete(offsets, asyncFailure);
        return;
      }
      super.commitAsync(offsets, callback);
      committed(offsets);
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
      position = Optional.ofNullable(offsets.get(PARTITION)).orElseThrow().offset();
      commits.add(position);
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
      super.seek(partition, offset);
      sought = offset.offset();
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> partitions, Duration timeout) {
      if (positionsAreLate) {
        waits.incrementAndGet();
        while (true) {
          super.poll(Duration.ZERO); // throws what a wake-up makes of it
          Thread.onSpinWait();
        }
      }
      return super.committed(partitions, timeout);
    }
  }
}
