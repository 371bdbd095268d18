/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.plugin;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A factory whose endpoints read and write a {@link Tape}, and which does what a test tells it to.
 * A configuration with the key {@code invalid} is refused.
 */
public final class FakePlugin implements EndpointFactory {

  /** The endpoints made so far. */
  public final List<FakeEndpoint> made = new CopyOnWriteArrayList<>();

  /** Runs in create. */
  public volatile Callable<?> onCreate = () -> null;

  /** Runs in prepare; what it returns is returned. */
  public volatile Callable<CompletionStage<Void>> onPrepare =
      () -> CompletableFuture.completedStage(null);

  /** Runs in start; what it returns is returned. */
  public volatile Callable<CompletionStage<Void>> onStart =
      () -> CompletableFuture.completedStage(null);

  /** Runs when a consumer subscribes. */
  public volatile Callable<?> onConsume = () -> null;

  /** Runs when a delivery is asked for its message. */
  public volatile Callable<?> onMessage = () -> null;

  /** Runs first in stop. */
  public volatile Callable<?> onStop = () -> null;

  /** Answers exchanges. */
  public volatile Function<ProxyRequest, CompletionStage<ProxyResponse>> onExchange =
      request -> CompletableFuture.completedStage(ProxyResponse.builder(200).build());

  /** How many milliseconds the backend takes to confirm a message. */
  public volatile int confirmMillis = 0;

  /** Whether the backend confirms messages at all. */
  public volatile boolean confirms = true;

  /** Whether a stream completes at the end of the tape. */
  public volatile boolean completes;

  /** How many messages are rejected as too many, later, before any is taken. */
  public volatile int overloadedFirst;

  /** How many messages may be in flight. */
  public volatile int window = Integer.MAX_VALUE;

  /** What messages are rejected with; null to take them. */
  public volatile EndpointException rejection;

  /** Whether making a processor throws the rejection. */
  public volatile boolean refusesProcessors;

  /** What the status of its endpoints has as details. */
  public volatile Map<String, Object> details = Map.of();

  final Tape tape;
  final boolean durable;

  /**
   * A plugin on a tape; a durable one keeps the positions of its clients there, which its type may,
   * and the endpoints of others say that they do not.
   */
  public FakePlugin(Tape tape, boolean durable) {
    this.tape = tape;
    this.durable = durable;
  }

  @Override
  public EndpointType type() {
    return EndpointType.builder("fake")
        .modes(Mode.values())
        .qos(Qos.values())
        .capabilities(EndpointType.RESUME, EndpointType.DURABLE)
        .schema(ConfigurationSchema.of("{\"type\": \"object\"}"))
        .build();
  }

  @Override
  public Endpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    call(onCreate);
    if (configuration.properties().containsKey("invalid")) {
      throw new ConfigurationException(
          configuration.name(), List.of(Violation.of("/invalid", "invalid", "is not allowed")));
    }
    FakeEndpoint endpoint = new FakeEndpoint(this, configuration);
    made.add(endpoint);
    return endpoint;
  }

  /** The endpoint made last. */
  public FakeEndpoint last() {
    return made.get(made.size() - 1);
  }

  static <T> T call(Callable<T> script) {
    try {
      return script.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw FakePlugin.<RuntimeException>sneaky(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneaky(Throwable e) throws E {
    throw (E) e;
  }
}
