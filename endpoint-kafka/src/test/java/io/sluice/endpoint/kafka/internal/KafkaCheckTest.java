/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.publishing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.broker.FaultProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What can be done before an endpoint is started: checking a configuration, preparing the start.
 */
class KafkaCheckTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String topic = topics.create(3);

  @Test
  void whatWorksIsTold() {
    topics.send(topic, 3, i -> "m" + i);
    Map<String, Object> properties = both(broker.servers());
    KafkaEndpoint endpoint = kafka.started(topic, properties);
    RecordingSubscriber<Delivery> subscriber =
        acknowledging(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE));
    awaitCount(subscriber, 3);
    endpoint.close();

    assertThat(check(properties))
        .extracting(CheckStep::toString)
        .satisfiesExactly(
            resolve -> assertThat(resolve).isEqualTo("resolve PASSED: 127.0.0.1: 127.0.0.1"),
            connect -> assertThat(connect).isEqualTo("connect PASSED: " + broker.servers()),
            cluster -> assertThat(cluster).startsWith("cluster PASSED: id "),
            destination ->
                assertThat(destination)
                    .isEqualTo("destination PASSED: topic '" + topic + "' has 3 partitions"),
            group ->
                assertThat(group)
                    .isEqualTo(
                        "group PASSED: group '" + topic + "' has positions in 3 partitions"));
  }

  @Test
  void aTopicThatDoesNotExistIsToldAndNotMade() {
    String missing = "missing-" + topic;

    CheckStep last =
        check(publishing(broker.servers(), topic, missing)).stream()
            .reduce((former, latter) -> latter)
            .orElseThrow();

    assertThat(last.name()).isEqualTo(CheckStep.DESTINATION);
    assertThat(last.code()).contains(ErrorCode.TOPIC_UNKNOWN);
    assertThat(topics.admin().listTopics().names().toCompletionStage().toCompletableFuture().join())
        .contains(topic)
        .doesNotContain(missing);
  }

  @Test
  void aServerThatRefusesEndsTheCheck() {
    try (FaultProxy proxy = FaultProxy.toFreePort()) {
      proxy.refuse();

      assertThat(check(both(proxy.address())))
          .extracting(CheckStep::toString)
          .containsExactly(
              "resolve PASSED: 127.0.0.1: 127.0.0.1",
              "connect FAILED: no server listens at " + proxy.address());
    }
  }

  @Test
  void aBrokerThatDoesNotAnswerIsWaitedForUntilTheTimeIsOver() {
    try (FaultProxy proxy = FaultProxy.to(port(broker.servers()))) {
      proxy.freeze();

      List<CheckStep> steps =
          join(
              kafka
                  .factory()
                  .check(
                      EndpointConfiguration.of("a", publishing(proxy.address(), topic)),
                      Duration.ofMillis(700)));

      assertThat(steps.get(steps.size() - 1).name()).isEqualTo("cluster");
      assertThat(steps.get(steps.size() - 1).code()).contains(ErrorCode.TIMEOUT);
    }
  }

  @Test
  void aConfigurationThatIsNotValidIsNotTried() {
    assertThatThrownBy(() -> check(Map.of("bootstrapServers", "no port")))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aPreparedEndpointIsConnectedAndShowsNothing() {
    KafkaEndpoint endpoint = kafka.create(topic, both(broker.servers()));

    join(endpoint.prepare());

    assertThat(endpoint.status().state()).isEqualTo(EndpointState.STOPPED);
    assertThat(threads()).contains("producer").contains("admin");
    join(endpoint.start());
    join(endpoint.publish(Message.of("x".getBytes()))).orThrow();
    endpoint.close();
    eventually().until(() -> threads().isEmpty());
  }

  @Test
  void whatIsPreparedAndNeverStartedLeavesNothing() {
    KafkaEndpoint endpoint = kafka.create(topic, both(broker.servers()));
    join(endpoint.prepare());

    kafka.factory().close();

    eventually().until(() -> threads().isEmpty());
    assertThat(endpoint.status().state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void withoutABrokerThereIsNothingToPrepare() {
    try (FaultProxy proxy = FaultProxy.toFreePort()) {
      proxy.refuse();
      Map<String, Object> properties = publishing(proxy.address(), topic);
      KafkaEndpoint endpoint = kafka.create(topic, properties);

      join(endpoint.prepare());

      assertThat(endpoint.status().lastError()).isEmpty();
      join(endpoint.start());
      eventually().until(() -> endpoint.status().state() == EndpointState.DOWN);
    }
  }

  private List<CheckStep> check(Map<String, Object> properties) {
    return join(
        kafka.factory().check(EndpointConfiguration.of(topic, properties), Duration.ofSeconds(20)));
  }

  private Map<String, Object> both(String servers) {
    Map<String, Object> properties = new HashMap<>(consuming(servers, topic));
    properties.putAll(publishing(servers, topic));
    return properties;
  }

  private static int port(String server) {
    return Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
  }

  /** The names of the threads of this endpoint and of its clients. */
  private String threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(topic))
        .sorted()
        .reduce("", (all, name) -> all + name + "\n");
  }
}
