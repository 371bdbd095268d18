/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.publishing;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker refuses some messages, or all for a while; what is left must be published. */
class KafkaPublishFaultTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static KafkaBroker broker;
  private static KafkaTopics topics;

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();

  private final String topic = topics.create(1);
  private final List<AclBinding> denials = new ArrayList<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  @BeforeAll
  static void startBroker() {
    broker =
        KafkaBroker.builder()
            .set("auto.create.topics.enable", false)
            .set("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
            .set("allow.everyone.if.no.acl.found", true)
            .start();
    topics = new KafkaTopics(broker.internalServers());
    acls(
        List.of(
            acl(cluster(), AclOperation.ALL, AclPermissionType.ALLOW),
            acl(topic("*"), AclOperation.ALL, AclPermissionType.ALLOW)));
  }

  @AfterAll
  static void stopBroker() {
    topics.close();
    broker.close();
  }

  @AfterEach
  void allowAll() {
    clock.shutdownNow();
    allow();
  }

  @Test
  void whatAMessageNamesWronglyIsTheFaultOfTheMessage() {
    KafkaEndpoint endpoint = started(Map.of());

    for (EndpointException error :
        List.of(
            error(endpoint, named("kafka.topic", "no/topic")),
            error(endpoint, named("kafka.topic", "missing-" + topic)))) {
      assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
      assertThat(error.concernsMessage()).isTrue();
    }
    EndpointException partition = error(endpoint, named("kafka.partition", 99));
    assertThat(partition.code()).isEqualTo(ErrorCode.UNROUTABLE);
    assertThat(partition.concernsMessage()).isTrue();
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
  }

  @Test
  void anUnknownTopicOfTheConfigurationIsNotTheFaultOfTheMessage() {
    KafkaEndpoint endpoint =
        kafka.started("orders", publishing(broker.bootstrapServers(), "missing-" + topic));

    EndpointException error = error(endpoint, Message.of("x"));

    assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
    assertThat(error.concernsMessage()).isFalse();
    assertThat(error.isRetryable()).isTrue();
  }

  @Test
  void aMissingTopicIsToldBeforeTheMessageIsOverdue() {
    KafkaEndpoint endpoint = started(Map.of("producer.timeout", 2000));

    EndpointException error = error(endpoint, named("kafka.topic", "missing-" + topic));

    assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
  }

  @Test
  void aTopicThatTakesNoMessagesIsTheFaultOfTheMessage() {
    topics.createNamed(Topic.GROUP_METADATA_TOPIC_NAME);

    EndpointException error =
        error(started(Map.of()), named("kafka.topic", Topic.GROUP_METADATA_TOPIC_NAME));

    assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
    assertThat(error.concernsMessage()).isTrue();
  }

  @Test
  void madeUpTopicsLeaveRoomForOtherMessages() {
    KafkaEndpoint endpoint = started(Map.of("producer.maxInFlight", 100));

    List<CompletionStage<Receipt>> astray =
        IntStream.range(0, 100)
            .mapToObj(i -> endpoint.publish(named("kafka.topic", "missing-" + i + topic)))
            .toList();

    eventually().until(() -> astray.stream().filter(KafkaPublishFaultTest::isDone).count() >= 75);
    assertThat(join(endpoint.publish(Message.of("good"))).error()).isEmpty();
    Map<ErrorCode, Long> codes =
        astray.stream()
            .map(receipt -> join(receipt).error().orElseThrow().code())
            .collect(Collectors.groupingBy(code -> code, Collectors.counting()));
    assertThat(codes)
        .containsOnly(entry(ErrorCode.OVERLOADED, 75L), entry(ErrorCode.TOPIC_UNKNOWN, 25L));
  }

  @Test
  void aTopicThatIsMadeLaterIsFoundSoon() {
    KafkaEndpoint endpoint = started(Map.of());
    String later = "later-" + topic;
    assertThat(error(endpoint, named("kafka.topic", later)).code())
        .isEqualTo(ErrorCode.TOPIC_UNKNOWN);

    topics.createNamed(later);

    eventually()
        .atMost(Duration.ofSeconds(4))
        .until(() -> join(endpoint.publish(named("kafka.topic", later))).isConfirmed());
  }

  @Test
  void aPartitionThatIsAddedIsFound() {
    KafkaEndpoint endpoint = started(Map.of());
    assertThat(error(endpoint, named("kafka.partition", 1)).code()).isEqualTo(ErrorCode.UNROUTABLE);

    KafkaTopics.join(
        topics.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all());

    eventually().until(() -> join(endpoint.publish(named("kafka.partition", 1))).isConfirmed());
  }

  @Test
  void goodMessagesDoNotWaitForBadOnes() {
    KafkaEndpoint endpoint = started(Map.of());
    join(endpoint.publish(Message.of("the client knows the topic"))).orThrow();
    long alone = publishInSequence(endpoint, 200);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger rejected = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      int number = i;
      loop(endpoint, () -> named("kafka.topic", "no/topic"), over, rejected);
      loop(endpoint, () -> named("kafka.partition", 99), over, rejected);
      loop(endpoint, () -> named("kafka.topic", "missing-" + number + topic), over, rejected);
    }

    long beside = publishInSequence(endpoint, 200);
    over.set(true);

    System.out.printf(
        "200 messages in sequence: alone %d ms, beside 60 bad clients %d ms (%d rejected)%n",
        alone, beside, rejected.get());
    assertThat(beside).isLessThan(20_000); // a stall of a second for each would be 200 seconds
    assertThat(rejected).hasPositiveValue();
  }

  @Test
  void onlyTheRecordThatTheBrokerRefusesIsRejected() {
    String compacted = topics.create(1, Map.of("cleanup.policy", "compact"));
    KafkaEndpoint endpoint =
        kafka.started(
            "orders",
            KafkaFixture.with(
                publishing(broker.bootstrapServers(), compacted), "producer.lingerMs", 200));

    List<CompletionStage<Receipt>> receipts =
        IntStream.range(0, 21)
            .mapToObj(i -> i == 10 ? Message.of("no key") : keyed(i))
            .map(endpoint::publish)
            .toList();

    for (int i = 0; i < receipts.size(); i++) {
      Receipt receipt = join(receipts.get(i));
      if (i != 10) {
        assertThat(receipt.error()).as("message %d", i).isEmpty();
      } else {
        EndpointException error = receipt.error().orElseThrow();
        assertThat(error.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
        assertThat(error.concernsMessage()).isTrue();
        assertThat(error).hasMessageContaining("refuses the message").hasMessageContaining("key");
      }
    }
    assertThat(topics.read(compacted, 20, PATIENCE))
        .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
        .isEqualTo(
            IntStream.range(0, 21).filter(i -> i != 10).mapToObj(Integer::toString).toList());
  }

  @Test
  void goodRecordsArePublishedBesideOnesThatTheBrokerRefuses() {
    String compacted = topics.create(1, Map.of("cleanup.policy", "compact"));
    KafkaEndpoint endpoint =
        kafka.started("orders", publishing(broker.bootstrapServers(), compacted));
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger rejected = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      loop(endpoint, () -> Message.of("no key"), over, rejected);
    }

    for (int i = 0; i < 50; i++) {
      assertThat(join(endpoint.publish(keyed(i))).error()).isEmpty();
    }
    over.set(true);
  }

  @Test
  void aProducerThatMayNotWorkIsMadeAnewUntilItMay() {
    deny(acl(cluster(), AclOperation.IDEMPOTENT_WRITE, AclPermissionType.DENY));
    deny(acl(topic("*"), AclOperation.WRITE, AclPermissionType.DENY));
    KafkaEndpoint endpoint = started(Map.of("consumer.maxUnsettledAge", 80));

    List<CompletionStage<Receipt>> receipts =
        IntStream.range(0, 20).mapToObj(this::text).map(endpoint::publish).toList();

    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains("producer");
    allow();
    for (CompletionStage<Receipt> receipt : receipts) {
      assertThat(join(receipt).error()).isEmpty();
    }
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    assertThat(topics.read(topic, 20, PATIENCE))
        .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
        .isEqualTo(IntStream.range(0, 20).mapToObj(Integer::toString).toList());
  }

  @Test
  void aTopicThatMayNotBeWrittenHoldsUpNoOther() {
    String forbidden = topics.create(1);
    String hidden = topics.create(1);
    KafkaEndpoint endpoint = started(Map.of());
    join(endpoint.publish(named("kafka.topic", forbidden))).orThrow();
    deny(acl(topic(forbidden), AclOperation.WRITE, AclPermissionType.DENY));
    deny(acl(topic(hidden), AclOperation.DESCRIBE, AclPermissionType.DENY));
    deny(acl(topic(hidden), AclOperation.WRITE, AclPermissionType.DENY));

    for (String refused : List.of(forbidden, hidden)) {
      EndpointException error = error(endpoint, named("kafka.topic", refused));
      assertThat(error.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(error.isRetryable()).isFalse();
      assertThat(error.concernsMessage()).isFalse();
    }
    assertThat(join(endpoint.publish(Message.of("elsewhere"))).error()).isEmpty();
    allow();
    eventually().until(() -> join(endpoint.publish(named("kafka.topic", hidden))).isConfirmed());
  }

  private static boolean isDone(CompletionStage<Receipt> receipt) {
    return receipt.toCompletableFuture().isDone();
  }

  private Message text(int number) {
    return Message.of(Integer.toString(number));
  }

  private static Message keyed(int number) {
    return Message.builder()
        .text(Integer.toString(number))
        .attribute("kafka.key", "k" + number)
        .build();
  }

  private static Message named(String attribute, Object value) {
    return Message.of("x").toBuilder().attribute(attribute, value).build();
  }

  private static EndpointException error(KafkaEndpoint endpoint, Message message) {
    return join(endpoint.publish(message)).error().orElseThrow();
  }

  private static long publishInSequence(KafkaEndpoint endpoint, int count) {
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      join(endpoint.publish(Message.of("good"))).orThrow();
      if (Duration.ofNanos(System.nanoTime() - begin).toSeconds() > 30) {
        throw new AssertionError("only " + i + " of " + count + " messages in 30 seconds");
      }
    }
    return Duration.ofNanos(System.nanoTime() - begin).toMillis();
  }

  /** Publishes as a client over a network does: the next when the former has its receipt. */
  private void loop(
      KafkaEndpoint endpoint,
      Supplier<Message> message,
      AtomicBoolean over,
      AtomicInteger rejected) {
    endpoint
        .publish(message.get())
        .thenAccept(
            receipt -> {
              if (!receipt.isConfirmed()) {
                rejected.incrementAndGet();
              }
              if (!over.get()) {
                clock.schedule(
                    () -> loop(endpoint, message, over, rejected), 20, TimeUnit.MILLISECONDS);
              }
            });
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    Map<String, Object> properties = publishing(broker.bootstrapServers(), topic);
    properties.putAll(more);
    return kafka.started("orders", properties);
  }

  private void deny(AclBinding denial) {
    denials.add(denial);
    acls(List.of(denial));
  }

  private void allow() {
    KafkaTopics.join(
        topics.admin().deleteAcls(denials.stream().map(AclBinding::toFilter).toList()).all());
    denials.clear();
  }

  private static void acls(List<AclBinding> acls) {
    KafkaTopics.join(topics.admin().createAcls(acls).all());
  }

  private static ResourcePattern cluster() {
    return new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);
  }

  private static ResourcePattern topic(String name) {
    return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
  }

  private static AclBinding acl(
      ResourcePattern resource, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(resource, new AccessControlEntry("User:*", "*", operation, permission));
  }
}
