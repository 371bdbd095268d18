/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A factory for each test, and endpoints that consume from or publish to an exchange. */
final class RabbitmqFixture implements BeforeEachCallback, AfterEachCallback {

  /** The routing key of all that is sent here. */
  static final String KEY = "k";

  private RabbitmqEndpointFactory factory;

  @Override
  public void beforeEach(ExtensionContext context) {
    factory = new RabbitmqEndpointFactory();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    factory.close();
  }

  RabbitmqEndpointFactory factory() {
    return factory;
  }

  RabbitmqEndpoint create(String name, Map<String, ?> properties) {
    return factory.create(EndpointConfiguration.of(name, properties));
  }

  /** An endpoint with a name of its own that is up. */
  RabbitmqEndpoint started(Map<String, ?> properties) {
    return started(AmqpPeer.newName("orders"), properties);
  }

  /** An endpoint that is up. */
  RabbitmqEndpoint started(String name, Map<String, ?> properties) {
    RabbitmqEndpoint endpoint = create(name, properties);
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    return endpoint;
  }

  /** Properties of an endpoint without a role. */
  static Map<String, Object> reaching(int port) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("serverHost", "127.0.0.1");
    properties.put("serverPort", port);
    properties.put("heartbeat", 1);
    properties.put("security.auth.username", "guest");
    properties.put("security.auth.password", "guest");
    properties.put("reconnect.initialDelay", 100);
    properties.put("reconnect.maxDelay", 500);
    return properties;
  }

  /** Properties of an endpoint that consumes what is sent to a direct exchange. */
  static Map<String, Object> consuming(TestBroker broker, String exchange) {
    return role(reaching(broker.proxy().port()), "consumer", exchange);
  }

  /** Properties of an endpoint that consumes from a queue as it is. */
  static Map<String, Object> reading(TestBroker broker, String queue) {
    Map<String, Object> properties = consuming(broker, "");
    properties.put("consumer.queue.name", queue);
    return properties;
  }

  /** Properties of an endpoint that publishes to a direct exchange. */
  static Map<String, Object> publishing(TestBroker broker, String exchange) {
    return role(reaching(broker.proxy().port()), "producer", exchange);
  }

  /** Properties of an endpoint that consumes what it publishes. */
  static Map<String, Object> both(TestBroker broker, String exchange) {
    return role(consuming(broker, exchange), "producer", exchange);
  }

  /** Properties of an endpoint that is connected to a broker through the proxy, without a role. */
  static Map<String, Object> at(TestBroker broker) {
    return reaching(broker.proxy().port());
  }

  /** Adds a consumer of a queue that is bound to a direct exchange. */
  static Map<String, Object> consuming(
      Map<String, Object> properties, String exchange, String key) {
    return with(role(new HashMap<>(properties), "consumer", exchange), "consumer.routingKey", key);
  }

  /** Adds a producer to a direct exchange. */
  static Map<String, Object> publishing(
      Map<String, Object> properties, String exchange, String key) {
    return with(role(new HashMap<>(properties), "producer", exchange), "producer.routingKey", key);
  }

  private static Map<String, Object> role(
      Map<String, Object> properties, String role, String exchange) {
    properties.put(role + ".enabled", true);
    properties.put(role + ".exchange.name", exchange);
    properties.put(role + ".exchange.type", "direct");
    properties.put(role + ".routingKey", KEY);
    return properties;
  }

  static Map<String, Object> with(Map<String, Object> properties, String key, Object value) {
    return with(properties, Map.of(key, value));
  }

  static Map<String, Object> with(Map<String, Object> properties, Map<String, Object> others) {
    Map<String, Object> changed = new HashMap<>(properties);
    changed.putAll(others);
    return changed;
  }

  /** A subscriber that acknowledges, asked for everything, which the broker knows already. */
  static RecordingSubscriber<Delivery> acknowledging(MessageEndpoint endpoint) {
    return acknowledging(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE));
  }

  static RecordingSubscriber<Delivery> acknowledging(
      MessageEndpoint endpoint, ConsumeRequest request) {
    return subscribed(endpoint, request, new RecordingSubscriber<>(Delivery::ack));
  }

  /** A subscriber that settles nothing by itself, asked for everything. */
  static RecordingSubscriber<Delivery> holding(MessageEndpoint endpoint, Qos qos) {
    return subscribed(endpoint, ConsumeRequest.of(qos), new RecordingSubscriber<>());
  }

  static RecordingSubscriber<Delivery> subscribed(
      MessageEndpoint endpoint, ConsumeRequest request, RecordingSubscriber<Delivery> subscriber) {
    subscriber.request(Long.MAX_VALUE);
    consume(endpoint, request, subscriber);
    return subscriber;
  }

  /** Subscribes, and waits until the broker knows the consumer. */
  static void consume(
      MessageEndpoint endpoint, ConsumeRequest request, Flow.Subscriber<Delivery> subscriber) {
    int before = consumers(endpoint).size();
    endpoint.consume(request).subscribe(subscriber);
    eventually().until(() -> consumers(endpoint).size() > before && isConsuming(endpoint));
  }

  /** Whether all consumers have their channels. */
  static boolean isConsuming(MessageEndpoint endpoint) {
    return consumers(endpoint).stream()
        .allMatch(each -> Boolean.TRUE.equals(((Map<?, ?>) each).get("consuming")));
  }

  private static List<?> consumers(MessageEndpoint endpoint) {
    return (List<?>) endpoint.status().details().get("consumers");
  }

  static List<String> texts(RecordingSubscriber<Delivery> subscriber) {
    return subscriber.items().stream().map(Delivery::message).map(Message::text).toList();
  }

  static void awaitCount(RecordingSubscriber<?> subscriber, int count) {
    eventually()
        .untilAsserted(
            () -> {
              if (subscriber.error().isPresent()) {
                throw new AssertionError("the stream failed", subscriber.error().get());
              }
              if (subscriber.count() < count) {
                throw new AssertionError(subscriber.count() + " of " + count);
              }
            });
  }

  static void awaitState(MessageEndpoint endpoint, EndpointState state) {
    eventually()
        .untilAsserted(
            () -> {
              if (state(endpoint) != state) {
                throw new AssertionError("not " + state + ": " + endpoint.status());
              }
            });
  }

  static EndpointState state(MessageEndpoint endpoint) {
    return endpoint.status().state();
  }

  static boolean isPending(CompletionStage<Receipt> receipt) {
    return !receipt.toCompletableFuture().isDone();
  }

  static ConditionFactory eventually() {
    return await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(40));
  }

  /** What has not happened after this time is taken not to happen. */
  static ConditionFactory stays() {
    return await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(20));
  }

  /** Watches for longer than what is to be outlasted. */
  static void staysFor(Duration time, Callable<Boolean> condition) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .during(time)
        .atMost(time.plusSeconds(20))
        .until(condition);
  }

  static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(40, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
