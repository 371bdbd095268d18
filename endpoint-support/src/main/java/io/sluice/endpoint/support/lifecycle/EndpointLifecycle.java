package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * State machine, status and listeners of one endpoint. An endpoint delegates {@code start}, {@code
 * stop}, {@code close}, {@code status} and its listener methods here, and reports what becomes of its
 * connection. A report that does not fit the state, such as a late {@link #up()} while draining, is
 * ignored. Safe for use by many threads.
 */
public final class EndpointLifecycle {

  /**
   * The life of an endpoint that is not started: {@link EndpointState#STOPPED}.
   *
   * @param endpoint its name, not null
   * @param executor where listeners are called, serially; must not run tasks on the thread that hands
   *     them over
   * @param meter counters of the endpoint, not null
   */
  public EndpointLifecycle(String endpoint, Executor executor, EndpointMeter meter) {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts, the first time: state {@link EndpointState#STARTING}, then runs {@code opening} on the
   * calling thread. If that fails, the state is {@link EndpointState#FAILED}.
   *
   * @param opening acquires resources and begins to connect, without waiting for the backend
   * @return the outcome of the first call; after stop a failure with {@link
   *     io.sluice.endpoint.ErrorCode#ENDPOINT_STOPPED}
   */
  public CompletionStage<Void> start(Supplier<? extends CompletionStage<Void>> opening) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stops, the first time: state {@link EndpointState#DRAINING}, then runs {@code closing} once {@code
   * opening} is done, then state {@link EndpointState#STOPPED}. An endpoint that was never started has
   * nothing to close.
   *
   * @param drain not negative
   * @param closing drains for the time given and releases all resources, also those of an opening that
   *     failed half-way
   * @return the outcome of the first call
   */
  public CompletionStage<Void> stop(
      Duration drain, Function<Duration, ? extends CompletionStage<Void>> closing) {
    throw new UnsupportedOperationException();
  }

  /**
   * {@linkplain #stop Stops} without drain time and waits for the end, ten seconds at most. Never
   * throws.
   */
  public void close(Function<Duration, ? extends CompletionStage<Void>> closing) {
    throw new UnsupportedOperationException();
  }

  /** Connected and working: {@link EndpointState#UP}. */
  public boolean up() {
    throw new UnsupportedOperationException();
  }

  /**
   * Working with a fault: {@link EndpointState#DEGRADED}.
   *
   * @param reason for people, without secrets
   */
  public boolean degraded(String reason) {
    throw new UnsupportedOperationException();
  }

  /**
   * Not connected, and connecting again: {@link EndpointState#DOWN}.
   *
   * @param error why; becomes the last error
   */
  public boolean down(EndpointException error) {
    throw new UnsupportedOperationException();
  }

  /**
   * Given up: {@link EndpointState#FAILED}.
   *
   * @param error why; becomes the last error
   */
  public boolean failed(EndpointException error) {
    throw new UnsupportedOperationException();
  }

  /** Keeps an error as the last one without a change of state. */
  public void error(EndpointException error) {
    throw new UnsupportedOperationException();
  }

  /** Adds a warning to the status; adding it twice has no effect. */
  public void warn(String warning) {
    throw new UnsupportedOperationException();
  }

  /** The state alone, cheaper than {@link #status()}. */
  public EndpointState state() {
    throw new UnsupportedOperationException();
  }

  /** Whether the endpoint has been started and not been stopped or given up. */
  public boolean isRunning() {
    throw new UnsupportedOperationException();
  }

  /** A snapshot with counters. */
  public EndpointStatus status() {
    throw new UnsupportedOperationException();
  }

  /** See {@link io.sluice.endpoint.Endpoint#addStatusListener}. */
  public void addStatusListener(StatusListener listener) {
    throw new UnsupportedOperationException();
  }

  /** See {@link io.sluice.endpoint.Endpoint#removeStatusListener}. */
  public void removeStatusListener(StatusListener listener) {
    throw new UnsupportedOperationException();
  }
}
