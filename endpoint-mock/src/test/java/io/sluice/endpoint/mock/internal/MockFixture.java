/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A factory for each test, closed after it. */
final class MockFixture implements BeforeEachCallback, AfterEachCallback {

  /** Generates as fast as it is asked. */
  static final Map<String, Object> FAST = Map.of("messageInterval", 0);

  /** Generates nothing, echoes. */
  static final Map<String, Object> ECHO = Map.of("messageCount", 0, "echo", true);

  private MockEndpointFactory factory;

  @Override
  public void beforeEach(ExtensionContext context) {
    factory = new MockEndpointFactory();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    factory.close();
  }

  MockEndpointFactory factory() {
    return factory;
  }

  MockEndpoint create(Map<String, ?> properties) {
    return factory.create(EndpointConfiguration.of("orders", properties));
  }

  MockEndpoint started(Map<String, ?> properties) {
    MockEndpoint endpoint = create(properties);
    join(endpoint.start());
    return endpoint;
  }

  static TestSubscriber<Delivery> subscribe(MockEndpoint endpoint, Qos qos) {
    return subscribe(endpoint, ConsumeRequest.of(qos));
  }

  static TestSubscriber<Delivery> subscribe(MockEndpoint endpoint, ConsumeRequest request) {
    TestSubscriber<Delivery> subscriber = new TestSubscriber<>();
    endpoint.consume(request).subscribe(subscriber);
    return subscriber;
  }

  static ConsumeRequest request(Qos qos, String clientId) {
    return ConsumeRequest.builder().qos(qos).clientId(clientId).build();
  }

  static EndpointState state(MockEndpoint endpoint) {
    return endpoint.status().state();
  }

  static EndpointCounters counters(MockEndpoint endpoint) {
    return endpoint.status().counters();
  }

  static String id(Delivery delivery) {
    return delivery.message().id().orElseThrow();
  }

  static ConditionFactory eventually() {
    return await().pollInterval(Duration.ofMillis(2)).atMost(Duration.ofSeconds(20));
  }

  /** What has not happened after this time is taken not to happen. */
  static ConditionFactory stays() {
    return await().during(Duration.ofMillis(100)).atMost(Duration.ofSeconds(20));
  }

  static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
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
