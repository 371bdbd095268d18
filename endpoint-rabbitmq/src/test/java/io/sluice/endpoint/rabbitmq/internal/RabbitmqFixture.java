/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A factory for each test, and endpoints that consume from a queue or publish to an exchange. */
final class RabbitmqFixture implements BeforeEachCallback, AfterEachCallback {

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

  /** An endpoint that is up. */
  RabbitmqEndpoint started(String name, Map<String, ?> properties) {
    RabbitmqEndpoint endpoint = create(name, properties);
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    return endpoint;
  }

  /** Properties of an endpoint that is connected to a broker through the proxy, without a role. */
  static Map<String, Object> at(TestBroker broker) {
    return at(broker.proxy().port());
  }

  /** Properties of an endpoint at a port of this machine, without a role. */
  static Map<String, Object> at(int port) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("serverHost", "127.0.0.1");
    properties.put("serverPort", port);
    properties.put("security.auth.username", "guest");
    properties.put("security.auth.password", "guest");
    properties.put("reconnect.initialDelay", 100);
    properties.put("reconnect.maxDelay", 1000);
    return properties;
  }

  /** Adds a consumer of a queue that is bound to a direct exchange. */
  static Map<String, Object> consuming(
      Map<String, Object> properties, String exchange, String key) {
    return role(properties, "consumer", exchange, key);
  }

  /** Adds a producer to a direct exchange. */
  static Map<String, Object> publishing(
      Map<String, Object> properties, String exchange, String key) {
    return role(properties, "producer", exchange, key);
  }

  private static Map<String, Object> role(
      Map<String, Object> properties, String role, String exchange, String key) {
    Map<String, Object> more = new HashMap<>(properties);
    more.put(role + ".enabled", true);
    more.put(role + ".exchange.name", exchange);
    more.put(role + ".exchange.type", "direct");
    more.put(role + ".routingKey", key);
    return more;
  }

  static Map<String, Object> with(Map<String, Object> properties, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(properties);
    changed.put(key, value);
    return changed;
  }

  /** A subscriber that acknowledges, asked for everything. */
  static RecordingSubscriber<Delivery> acknowledging(
      RabbitmqEndpoint endpoint, ConsumeRequest request) {
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    endpoint.consume(request).subscribe(subscriber);
    subscriber.request(Long.MAX_VALUE);
    return subscriber;
  }

  /** A subscriber that settles nothing by itself, asked for everything. */
  static RecordingSubscriber<Delivery> holding(RabbitmqEndpoint endpoint, Qos qos) {
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
    endpoint.consume(ConsumeRequest.of(qos)).subscribe(subscriber);
    subscriber.request(Long.MAX_VALUE);
    return subscriber;
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

  static EndpointState state(RabbitmqEndpoint endpoint) {
    return endpoint.status().state();
  }

  static ConditionFactory eventually() {
    return await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(40));
  }

  /** What has not happened after this time is taken not to happen. */
  static ConditionFactory stays() {
    return await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(20));
  }

  /** Watches for longer than what is to be outlasted. */
  static void staysFor(Duration time, java.util.concurrent.Callable<Boolean> condition) {
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
