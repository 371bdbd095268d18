/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the groups of the contract share: a fresh backend and fresh endpoints for each test, closed
 * after it, and the words in which the checks are written.
 */
abstract class ContractGroup {

  static final String MAX_UNSETTLED = "consumer.maxUnsettled";
  static final String MAX_IN_FLIGHT = "producer.maxInFlight";

  private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

  private final List<Endpoint> opened = new ArrayList<>();
  private Backend backend;

  /** The fixture, the same one at each call. */
  protected abstract EndpointFixture fixture();

  @BeforeEach
  final void openBackend() {
    backend = fixture().newBackend();
  }

  @AfterEach
  final void closeAll() {
    opened.forEach(Endpoint::close);
    opened.clear();
    backend.close();
  }

  /** For a test that goes through several cases: the next one starts afresh. */
  final void renew() {
    closeAll();
    openBackend();
  }

  // What is there

  final Backend backend() {
    return backend;
  }

  final EndpointType type() {
    return fixture().factory().type();
  }

  final SchemaView schema() {
    return new SchemaView(type().schema());
  }

  final EndpointThreads threads() {
    return new EndpointThreads(type().name());
  }

  // What a check needs; without it the check is skipped and says why

  final void need(Mode mode) {
    assumeTrue(type().modes().contains(mode), type().name() + " has no mode " + mode);
  }

  final void need(Qos qos) {
    assumeTrue(type().qos().contains(qos), type().name() + " has no QoS " + qos);
  }

  final void need(Ability ability) {
    assumeTrue(backend.abilities().contains(ability), "the fixture's backend cannot " + ability);
  }

  final void needProperty(String key) {
    assumeTrue(schema().has(key), type().name() + " has no property " + key);
  }

  final void needCapability(String capability) {
    assumeTrue(
        type().capabilities().contains(capability),
        type().name() + " has no capability '" + capability + "'");
  }

  final Map<String, Object> need(Situation situation) {
    return configuration(situation)
        .orElseGet(() -> abort(situation + " is not supported by the fixture's backend"));
  }

  /** The configuration for a situation; empty if it is not supported. */
  final Optional<Map<String, Object>> configuration(Situation situation) {
    try {
      return backend.configuration(situation);
    } catch (IncompatibleClassChangeError older) {
      // Its switch has no default branch, and was compiled when there were fewer situations.
      return Backend.unsupported();
    }
  }

  // Endpoints

  final Endpoint create(Map<String, Object> properties) {
    try {
      Endpoint endpoint =
          fixture().factory().create(EndpointConfiguration.of("contract", properties));
      opened.add(endpoint);
      return endpoint;
    } catch (ConfigurationException e) {
      throw new AssertionError("a configuration of the fixture was refused", e);
    }
  }

  final Endpoint started(Map<String, Object> properties) {
    Endpoint endpoint = create(properties);
    join(endpoint.start());
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
    return endpoint;
  }

  /** A started endpoint that is in a situation, and whose modes are those of its configuration. */
  final Endpoint startedIn(Situation situation) {
    Endpoint endpoint = started(need(situation));
    backend.begin(situation);
    return endpoint;
  }

  /** A started endpoint that consumes, and publishes too where the type does both. */
  final MessageEndpoint consuming() {
    return (MessageEndpoint) started(backend.configuration(consumingModes()));
  }

  final MessageEndpoint consuming(int maxUnsettled) {
    needProperty(MAX_UNSETTLED);
    return (MessageEndpoint)
        started(
            PropertyForms.with(
                backend.configuration(consumingModes()), MAX_UNSETTLED, maxUnsettled));
  }

  final MessageEndpoint publishing() {
    return (MessageEndpoint) started(backend.configuration(Mode.PUBLISH));
  }

  final MessageEndpoint publishing(Map<String, Object> properties, int maxInFlight) {
    needProperty(MAX_IN_FLIGHT);
    return (MessageEndpoint) started(PropertyForms.with(properties, MAX_IN_FLIGHT, maxInFlight));
  }

  final ProxyEndpoint exchanging(Map<String, Object> properties) {
    return (ProxyEndpoint) started(properties);
  }

  final Mode[] consumingModes() {
    return Set.of(Mode.CONSUME, Mode.PUBLISH).stream()
        .filter(type().modes()::contains)
        .toArray(Mode[]::new);
  }

  // Messages

  final RecordingSubscriber<Delivery> subscribe(MessageEndpoint endpoint, Qos qos) {
    return subscribe(endpoint, ConsumeRequest.of(qos), new RecordingSubscriber<>());
  }

  final RecordingSubscriber<Delivery> subscribe(
      MessageEndpoint endpoint, ConsumeRequest request, RecordingSubscriber<Delivery> subscriber) {
    endpoint.consume(request).subscribe(subscriber);
    eventually().until(() -> subscriber.subscription() != null);
    return subscriber;
  }

  static ConsumeRequest request(Qos qos, String clientId) {
    return ConsumeRequest.builder().qos(qos).clientId(clientId).build();
  }

  /** Messages whose payloads say their numbers: {@code m0}, {@code m1} … */
  static List<Message> messages(int count) {
    return messages(0, count);
  }

  static List<Message> messages(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> Message.of("m" + i)).toList();
  }

  static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }

  static List<String> received(RecordingSubscriber<Delivery> subscriber) {
    return subscriber.items().stream().map(delivery -> delivery.message().text()).toList();
  }

  // Waiting

  final ConditionFactory eventually() {
    return Awaitility.await().pollInterval(POLL_INTERVAL).atMost(fixture().patience());
  }

  /** Waits until a subscriber has so many items, and fails with what it has otherwise. */
  final <T> void awaitCount(RecordingSubscriber<T> subscriber, int count) {
    eventually()
        .untilAsserted(
            () -> {
              assertThat(subscriber.error()).as("error of the subscription").isEmpty();
              assertThat(subscriber.count()).as("signalled items").isGreaterThanOrEqualTo(count);
            });
  }

  /** Watches that something stays as it is for the fixture's quiet time. */
  final void stays(Runnable assertion) {
    Awaitility.await()
        .pollInterval(POLL_INTERVAL)
        .during(fixture().quiet())
        .atMost(fixture().quiet().plus(fixture().patience()))
        .until(
            () -> {
              assertion.run();
              return true;
            });
  }

  /** Waits for a stage, which must not fail. */
  final <T> T join(CompletionStage<T> stage) {
    try {
      return stage
          .toCompletableFuture()
          .get(fixture().patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("not complete after " + fixture().patience(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Does something that must return before long. */
  final void inTime(Runnable action) {
    join(CompletableFuture.runAsync(action, command -> new Thread(command, "contract").start()));
  }

  /** Waits for the failure of a stage. */
  final void assertFails(CompletionStage<?> stage, ErrorCode code) {
    assertThatFailure(failure(stage)).hasCode(code);
  }

  /** Waits for the end of a stage and returns its failure, null if there is none. */
  final Throwable failure(CompletionStage<?> stage) {
    return join(
            stage.handle(
                (value, error) -> error == null ? List.<Throwable>of() : List.of(unwrap(error))))
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** Waits for {@code onError} with an {@link EndpointException} of this code. */
  final void assertFails(RecordingSubscriber<?> subscriber, ErrorCode code) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(subscriber.error())
                    .hasValueSatisfying(error -> assertThatFailure(error).hasCode(code)));
  }

  private static Throwable unwrap(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
