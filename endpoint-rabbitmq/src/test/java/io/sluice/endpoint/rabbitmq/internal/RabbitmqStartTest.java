/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.acknowledging;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.at;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitCount;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.consuming;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.publishing;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.reaching;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.state;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.broker.FaultProxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How endpoints connect, and declare what they need. */
class RabbitmqStartTest {

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private final TestBroker broker = TestBroker.any();
  private final AmqpPeer peer = broker.peer();
  private final String exchange = AmqpPeer.newName("exchange");
  private final String endpointName = AmqpPeer.newName("endpoint");

  @Test
  void onlyTheRolesInUseAreConnected() {
    RabbitmqEndpoint consumer =
        rabbitmq.started(endpointName, consuming(at(broker), exchange, "k"));
    assertThat(broker.proxy().connections()).isEqualTo(1);
    consumer.close();
    eventually().until(() -> broker.proxy().connections() == 0);

    rabbitmq.started(endpointName, both(exchange));

    eventually().until(() -> broker.proxy().connections() == 2);
  }

  @Test
  void serversAreTriedInTurn() {
    try (FaultProxy refusing = FaultProxy.toFreePort()) {
      refusing.refuse();
      Map<String, Object> properties = publishing(reaching(refusing.port()), exchange, "k");
      properties.put("addresses", List.of("127.0.0.1:1", broker.proxy().address()));
      properties.put("reconnect.initialDelay", 60_000);
      properties.put("reconnect.maxDelay", 60_000);

      RabbitmqEndpoint endpoint = rabbitmq.create(endpointName, properties);
      join(endpoint.start());

      eventually().until(() -> state(endpoint) == EndpointState.UP);
    }
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    RabbitmqEndpoint endpoint = down(publishing(reaching(1), exchange, "k"));

    assertThat(endpoint.status().lastError().get().code()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
    assertThat(endpoint.status().reason()).contains("127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/prod", "%2F", ""})
  void aVirtualHostIsTakenLiterally(String virtualHost) {
    TestBroker.rabbit(); // others have one virtual host alone
    RabbitmqEndpoint endpoint =
        down(with(publishing(at(broker), exchange, "k"), "virtualHost", virtualHost));

    assertThat(endpoint.status().lastError().get().code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(endpoint.status().lastError().get().backendCode()).contains("530");
    assertThat(endpoint.status().reason()).contains("vhost " + virtualHost + " not found");
  }

  @Test
  void anotherVirtualHostIsAnotherWorld() {
    TestBroker.rabbit().node().addVhost("/live");
    TestBroker.rabbit().node().setPermissions("guest", "/live", ".*", ".*", ".*");

    RabbitmqEndpoint endpoint =
        rabbitmq.started(
            endpointName, with(publishing(at(broker), exchange, "k"), "virtualHost", "/live"));

    assertThat(join(endpoint.publish(Message.of("x"))).error().orElseThrow().code())
        .isEqualTo(ErrorCode.UNROUTABLE);
  }

  @Test
  void anExchangeOfAnotherTypeIsOneErrorWithTheBrokersWords() {
    peer.call(channel -> channel.exchangeDeclare(exchange, "fanout", true));
    Map<String, Object> properties = publishing(at(broker), exchange, "k");
    properties.put("reconnect.initialDelay", 200);

    RabbitmqEndpoint endpoint = down(properties);

    assertThat(endpoint.status().reason()).contains(exchange);
    assertThat(endpoint.status().lastError().get().code()).isEqualTo(ErrorCode.REJECTED);
    peer.call(channel -> channel.exchangeDelete(exchange));
    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void aQueueOfAnotherKindIsATroubleUntilItIsGone() {
    String queue = peer.newQueue("", "");
    Map<String, Object> properties = consuming(at(broker), exchange, "k");
    properties.put("consumer.queue.name", queue);
    properties.put("consumer.queue.durable", false);
    properties.put("consumer.maxUnsettledAge", 1000);
    RabbitmqEndpoint endpoint = rabbitmq.started(endpointName, properties);

    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    subscriber.request(1);
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(subscriber);

    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains("queue '" + queue + "' cannot be consumed");
    peer.deleteQueue(queue);
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    peer.send(exchange, "k", 1, i -> "after");
    awaitCount(subscriber, 1);
  }

  @Test
  void whatIsToBeThereAndIsNotIsWaitedFor() {
    Map<String, Object> properties = with(both(exchange), "declare", "passive");
    RabbitmqEndpoint endpoint = rabbitmq.create(endpointName, properties);
    join(endpoint.start());
    eventually().until(() -> endpoint.status().reason().contains(exchange));

    peer.call(channel -> channel.exchangeDeclare(exchange, "direct", true));

    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void argumentsOfAQueueKeepTheirTypes() {
    TestBroker.rabbit(); // others know none of them
    String queue = AmqpPeer.newName("queue");
    Map<String, Object> properties = consuming(at(broker), exchange, "k");
    properties.put("consumer.queue.name", queue);
    properties.put("consumer.queue.arguments.x-message-ttl", "100");
    properties.put("consumer.queue.arguments.x-max-length", "7");
    RabbitmqEndpoint endpoint = rabbitmq.started(endpointName, properties);
    acknowledging(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE)).cancel();

    eventually().until(() -> TestBroker.rabbit().node().ctl("list_queues", "name").contains(queue));

    assertThat(TestBroker.rabbit().node().ctl("list_queues", "name", "arguments"))
        .containsPattern(queue + ".*x-max-length\",\s*7")
        .contains("{\"x-message-ttl\",100}");
  }

  @Test
  void whatIsPreparedIsConnectedAndUsed() {
    RabbitmqEndpoint endpoint = rabbitmq.create(endpointName, both(exchange));

    join(endpoint.prepare());

    assertThat(state(endpoint)).isEqualTo(EndpointState.STOPPED);
    eventually().until(() -> broker.proxy().connections() == 2);
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    assertThat(broker.proxy().connections()).isEqualTo(2);
  }

  @Test
  void whatIsPreparedAndNeverStartedLeavesNothing() {
    RabbitmqEndpoint endpoint = rabbitmq.create(endpointName, both(exchange));
    join(endpoint.prepare());

    endpoint.close();

    eventually().until(() -> broker.proxy().connections() == 0);
  }

  @Test
  void usedUpAttemptsEndBothConnections() {
    Map<String, Object> properties =
        consuming(publishing(reaching(1), exchange, "k"), exchange, "k");
    properties.put("reconnect.maxAttempts", 1);
    properties.put("reconnect.initialDelay", 1);
    RabbitmqEndpoint endpoint = rabbitmq.create(endpointName, properties);

    join(endpoint.start());

    eventually().until(() -> state(endpoint) == EndpointState.FAILED);
    assertThat(endpoint.status().reason()).contains("reconnect.maxAttempts");
  }

  private Map<String, Object> both(String name) {
    return consuming(publishing(at(broker), name, "k"), name, "k");
  }

  private RabbitmqEndpoint down(Map<String, Object> properties) {
    RabbitmqEndpoint endpoint = rabbitmq.create(endpointName, properties);
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.DOWN);
    return endpoint;
  }
}
