/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.at;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.consuming;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.publishing;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.reaching;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.tck.broker.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checking a configuration before there is an endpoint. */
class RabbitmqCheckTest {

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private final TestBroker broker = TestBroker.any();
  private final AmqpPeer peer = broker.peer();
  private final String exchange = peer.newExchange("direct");
  private final String queue = peer.newQueue(exchange, "k");

  @Test
  void whatWorksIsTold() {
    peer.send(exchange, "k", 3, i -> "m" + i);
    Map<String, Object> properties =
        with(
            consuming(publishing(at(broker), exchange, "k"), exchange, "k"),
            "consumer.queue.name",
            queue);

    assertThat(check(properties))
        .extracting(CheckStep::toString)
        .containsExactly(
            "resolve PASSED: 127.0.0.1: 127.0.0.1",
            "connect PASSED: " + broker.proxy().address(),
            "authenticate PASSED: PLAIN",
            "virtual-host PASSED: '/'",
            "destination PASSED: exchange '" + exchange + "' is there",
            "destination PASSED: queue '" + queue + "' has 3 messages");
    assertThat(peer.consumers(queue)).isZero();
  }

  @Test
  void whatTheEndpointWouldCreateIsToldAndNotMade() {
    String missing = AmqpPeer.newName("exchange");

    List<CheckStep> steps = check(publishing(at(broker), missing, "k"));

    assertThat(last(steps).toString())
        .isEqualTo(
            "destination PASSED: exchange '"
                + missing
                + "' is not there yet: the endpoint will create it");
    assertThat(last(check(with(publishing(at(broker), missing, "k"), "declare", "passive"))).code())
        .contains(ErrorCode.TOPIC_UNKNOWN);
  }

  @Test
  void aWrongPasswordFailsWhereWeLogIn() {
    List<CheckStep> steps =
        check(with(publishing(at(broker), exchange, "k"), "security.auth.password", "canary-4711"));

    CheckStep failed = failed(steps);
    assertThat(failed.name()).isEqualTo(CheckStep.AUTHENTICATE);
    assertThat(failed.code()).contains(ErrorCode.AUTHENTICATION_FAILED);
    assertThat(steps.toString()).doesNotContain("canary-4711");
  }

  @Test
  void anUnknownVirtualHostFailsAfterTheLogin() {
    TestBroker.rabbit(); // others have one virtual host alone

    List<CheckStep> steps = check(with(publishing(at(broker), exchange, "k"), "virtualHost", "no"));

    assertThat(failed(steps).name()).isEqualTo("virtual-host");
    assertThat(steps).extracting(CheckStep::name).contains(CheckStep.AUTHENTICATE);
  }

  @Test
  void aServerThatIsNotThereEndsTheCheck() {
    List<CheckStep> steps = check(publishing(reaching(1), exchange, "k"));

    assertThat(failed(steps).name()).isEqualTo(CheckStep.CONNECT);
    assertThat(last(steps).outcome()).isEqualTo(CheckStep.Outcome.SKIPPED);
  }

  @Test
  void aBrokerThatDoesNotAnswerIsWaitedForUntilTheTimeIsOver() {
    try (FaultProxy silent = FaultProxy.toFreePort()) {
      silent.freeze();

      List<CheckStep> steps =
          join(
              rabbitmq
                  .factory()
                  .check(
                      EndpointConfiguration.of(
                          "a", publishing(reaching(silent.port()), exchange, "k")),
                      Duration.ofMillis(700)));

      assertThat(last(steps).name()).isEqualTo(CheckStep.AUTHENTICATE);
      assertThat(last(steps).code()).contains(ErrorCode.TIMEOUT);
    }
  }

  @Test
  void withTlsThereIsAStepForTheHandshake() {
    Map<String, Object> properties = publishing(at(broker), exchange, "k");
    properties.put("security.ssl.enabled", true);

    assertThat(failed(check(properties)).name()).isEqualTo(CheckStep.TLS);
  }

  private List<CheckStep> check(Map<String, Object> properties) {
    return join(
        rabbitmq
            .factory()
            .check(EndpointConfiguration.of("a", properties), Duration.ofSeconds(20)));
  }

  private static CheckStep failed(List<CheckStep> steps) {
    return steps.stream()
        .filter(step -> step.outcome() == CheckStep.Outcome.FAILED)
        .findFirst()
        .orElseThrow(() -> new AssertionError(steps));
  }

  private static CheckStep last(List<CheckStep> steps) {
    return steps.get(steps.size() - 1);
  }
}
