/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consumers that lack a right for a while, and topics that are not there: nobody makes them. */
class KafkaRightsTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();
  @RegisterExtension final KafkaFixture other = new KafkaFixture();

  private static KafkaBroker broker;
  private static KafkaTopics topics;

  private final String topic = topics.create(1);
  private final String group = "g-" + topic;

  @BeforeAll
  static void startBroker() {
    broker =
        KafkaBroker.builder()
            .set("auto.create.topics.enable", false)
            .set("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
            .set("allow.everyone.if.no.acl.found", true)
            .start();
    topics = new KafkaTopics(broker.internalServers());
  }

  @AfterAll
  static void stopBroker() {
    topics.close();
    broker.close();
  }

  @Test
  void aMemberWithoutAPartitionIsWellWhenItHasJoined() {
    acknowledging(started(Map.of()), request());
    eventually().until(() -> topics.isBalanced(group, 1));
    AclBinding denial = deny(ResourceType.GROUP, group, AclOperation.READ);
    KafkaEndpoint idle = other.started(group + "-two", properties(Map.of()));
    acknowledging(idle, request());
    eventually().until(() -> state(idle) == EndpointState.DEGRADED);

    allowAgain(denial);

    eventually().until(() -> topics.members(group) == 2);
    eventually().until(() -> state(idle) == EndpointState.UP);
  }

  @Test
  void aTopicThatDoesNotExistIsATroubleUntilItDoes() {
    String missing = "missing-" + topic;
    KafkaEndpoint endpoint =
        started(
            Map.of(
                "consumer.topics",
                topic + "," + missing,
                "properties.metadata.max.age.ms",
                1000,
                "consumer.autoOffsetReset",
                "latest"));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains("topic '" + missing + "' does not exist");

    topics.createNamed(missing);
    topics.send(missing, 3, i -> "m" + i);

    awaitCount(subscriber, 3);
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    topics.delete(missing);
    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains(missing);
    assertThat(subscriber.error()).isEmpty();
  }

  @Test
  void aMissingTopicIsNoTroubleWhenNobodyConsumesItAnyMore() {
    KafkaEndpoint endpoint = started(Map.of("consumer.topics", "missing-" + topic));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);

    subscriber.cancel();

    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void aTopicThatMayNotBeSeenHidesNoOtherThatIsMissing() {
    KafkaEndpoint endpoint = started(Map.of("consumer.topics", "missing-" + topic));
    deny(ResourceType.TOPIC, topic, AclOperation.DESCRIBE);
    acknowledging(
        endpoint,
        ConsumeRequest.builder()
            .qos(Qos.AT_LEAST_ONCE)
            .override("topics", topic)
            .override("groupId", group + "-denied")
            .build());
    eventually().until(() -> endpoint.status().reason().contains(topic));

    acknowledging(endpoint, request());

    eventually()
        .until(
            () ->
                endpoint.status().reason().contains("'missing-" + topic + "' does not exist")
                    && !endpoint.status().reason().contains("'" + topic + "' does not exist"));
  }

  @Test
  void withoutTheTopicOfDeadLettersAMessageStaysUnsettled() {
    String dead = "dead-" + topic;
    topics.send(topic, 1, i -> "refused");
    KafkaEndpoint endpoint =
        started(
            Map.of(
                "consumer.failureStrategy",
                "dead-letter",
                "consumer.deadLetter.topic",
                dead,
                "properties.allow.auto.create.topics",
                false,
                "producer.timeout",
                1000,
                "reconnect.initialDelay",
                100));
    RecordingSubscriber<Delivery> subscriber = KafkaFixture.holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 1);

    subscriber.items().get(0).nack(io.sluice.endpoint.Nack.DISCARD);

    eventually().until(() -> endpoint.status().reason().contains("dead letters cannot be sent"));
    assertThat(topics.committed(group, topic)).isLessThan(1);
    topics.createNamed(dead);
    eventually().until(() -> topics.committed(group, topic) == 1);
    assertThat(topics.read(dead, 1, Duration.ofSeconds(20))).hasSize(1);
    eventually().until(() -> endpoint.status().reason().isEmpty());
  }

  @Test
  void aPatternWithoutATopicIsAWarningUntilThereIsOne() {
    Map<String, Object> properties = properties(Map.of("properties.metadata.max.age.ms", 1000));
    properties.remove("consumer.topics");
    properties.put("consumer.topicPattern", "not-yet-" + topic + ".*");
    KafkaEndpoint endpoint = kafka.started(group, properties);
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());

    eventually()
        .until(
            () ->
                endpoint.status().warnings().toString().contains("no topic matches")
                    && endpoint.status().warnings().toString().contains("not-yet-" + topic));
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
    topics.createNamed("not-yet-" + topic);
    topics.send("not-yet-" + topic, 1, i -> "x");

    awaitCount(subscriber, 1);
    eventually().until(() -> endpoint.status().warnings().isEmpty());
    assertThat(endpoint.status().details().get("consumers").toString())
        .contains("matchingTopics=1");
  }

  private AclBinding deny(ResourceType type, String name, AclOperation operation) {
    AclBinding denial =
        new AclBinding(
            new ResourcePattern(type, name, PatternType.LITERAL),
            new AccessControlEntry("User:*", "*", operation, AclPermissionType.DENY));
    AclBinding rest =
        new AclBinding(
            new ResourcePattern(type, name, PatternType.LITERAL),
            new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.ALLOW));
    join(topics.admin().createAcls(List.of(rest, denial)).all().toCompletionStage());
    return denial;
  }

  private static void allowAgain(AclBinding denial) {
    join(topics.admin().deleteAcls(List.of(denial.toFilter())).all().toCompletionStage());
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    return kafka.started(group, properties(more));
  }

  private Map<String, Object> properties(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(consuming(broker.bootstrapServers(), topic));
    properties.put("consumer.groupId", group);
    properties.put("reconnect.initialDelay", 100);
    properties.putAll(more);
    return properties;
  }

  private static ConsumeRequest request() {
    return ConsumeRequest.of(Qos.AT_LEAST_ONCE);
  }
}
