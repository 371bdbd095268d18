/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

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

/** A factory for each test, and endpoints that consume from or publish to a topic. */
final class KafkaFixture implements BeforeEachCallback, AfterEachCallback {

  private KafkaEndpointFactory factory;

  @Override
  public void beforeEach(ExtensionContext context) {
    factory = new KafkaEndpointFactory();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    factory.close();
  }

  KafkaEndpointFactory factory() {
    return factory;
  }

  KafkaEndpoint create(String name, Map<String, ?> properties) {
    return factory.create(EndpointConfiguration.of(name, properties));
  }

  /** An endpoint that is up. */
  KafkaEndpoint started(String name, Map<String, ?> properties) {
    KafkaEndpoint endpoint = create(name, properties);
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.UP);
    return endpoint;
  }

  /** Properties of an endpoint that consumes from the beginning of a topic. */
  static Map<String, Object> consuming(String servers, String topic) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrapServers", servers);
    properties.put("consumer.enabled", true);
    properties.put("consumer.topics", topic);
    properties.put("consumer.autoOffsetReset", "earliest");
    properties.put("consumer.encodeMessageId", false);
    properties.put("reconnect.maxDelay", 1000);
    return properties;
  }

  /** Properties of an endpoint that publishes to topics. */
  static Map<String, Object> publishing(String servers, String... topics) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrapServers", servers);
    properties.put("producer.enabled", true);
    properties.put("producer.topics", List.of(topics));
    properties.put("reconnect.maxDelay", 1000);
    return properties;
  }

  static Map<String, Object> with(Map<String, Object> properties, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(properties);
    changed.put(key, value);
    return changed;
  }

  /** A subscriber that acknowledges, asked for everything. */
  static RecordingSubscriber<Delivery> acknowledging(
      KafkaEndpoint endpoint, ConsumeRequest request) {
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    endpoint.consume(request).subscribe(subscriber);
    subscriber.request(Long.MAX_VALUE);
    return subscriber;
  }

  /** A subscriber that settles nothing by itself, asked for everything. */
  static RecordingSubscriber<Delivery> holding(KafkaEndpoint endpoint, Qos qos) {
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

  static EndpointState state(KafkaEndpoint endpoint) {
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
