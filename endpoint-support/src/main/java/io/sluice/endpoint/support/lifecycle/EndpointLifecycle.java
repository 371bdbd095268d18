/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.concurrent.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State machine, status and listeners of one endpoint. An endpoint delegates {@code start}, {@code
 * stop}, {@code close}, {@code status} and its listener methods here, and reports what becomes of
 * its connection. A report that does not fit the state, such as a late {@link #up()} while
 * draining, is ignored. Safe for use by many threads.
 *
 * <p>Opening and closing never overlap: closing begins when opening is done. A lock guards the two
 * outcomes; no foreign code runs within it.
 */
public final class EndpointLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointLifecycle.class);

  /** The link of an endpoint with one. */
  private static final String ONLY = "connection";

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final String endpoint;
  private final StatusBoard board;

  private final Object lock = new Object();
  private CompletableFuture<Void> prepared;
  private CompletableFuture<Void> started;
  private CompletableFuture<Void> stopped;
  private Duration drainTime = Duration.ZERO;

  private volatile EndpointException failure;

  /**
   * The life of an endpoint that is not started: {@link EndpointState#STOPPED}.
   *
   * @param endpoint its name, not null
   * @param executor where listeners are called, serially; must not run tasks on the thread that
   *     hands them over. Once it was shut down they are called by the thread that makes the change
   * @param meter counters of the endpoint, not null
   */
  public EndpointLifecycle(String endpoint, Executor executor, EndpointMeter meter) {
    this(endpoint, executor, meter, Clock.systemUTC());
  }

  EndpointLifecycle(String endpoint, Executor executor, EndpointMeter meter, Clock clock) {
    this.endpoint = endpoint;
    this.board = new StatusBoard(endpoint, executor, meter, clock);
  }

  /**
   * Prepares, the first time and unless it was started or stopped: runs {@code preparation} on the
   * calling thread. The state stays {@link EndpointState#STOPPED}. What is prepared must bear that
   * {@code opening} or {@code closing} begins before that is done.
   *
   * @param preparation acquires resources that {@code opening} will use
   * @return the outcome of the first call; completed if there is nothing to prepare any more
   */
  public CompletionStage<Void> prepare(Supplier<? extends CompletionStage<Void>> preparation) {
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    synchronized (lock) {
      if (prepared != null) {
        return view(prepared);
      }
      if (started != null || stopped != null) {
        return CompletableFuture.completedStage(null);
      }
      prepared = outcome;
    }
    run(preparation)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                outcome.complete(null);
              } else {
                outcome.completeExceptionally(Failure.of(failure));
              }
            });
    return view(outcome);
  }

  /**
   * Starts, the first time: state {@link EndpointState#STARTING}, then runs {@code opening} on the
   * calling thread. If that fails, the state is {@link EndpointState#FAILED}.
   *
   * @param opening acquires resources and begins to connect, without waiting for the backend
   * @return the outcome of the first call; after stop a failure with {@link
   *     ErrorCode#ENDPOINT_STOPPED}
   */
  public CompletionStage<Void> start(Supplier<? extends CompletionStage<Void>> opening) {
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    synchronized (lock) {
      if (stopped != null) {
        return CompletableFuture.failedStage(Refusals.stopped(endpoint));
      }
      if (started != null) {
        return view(started);
      }
      started = outcome;
      board.enter(EndpointState.STARTING, "", null);
    }
    board.announceChanges();
    run(opening)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                outcome.complete(null);
              } else {
                EndpointException error = Failure.of(failure);
                failed(error);
                outcome.completeExceptionally(error);
              }
            });
    return view(outcome);
  }

  /**
   * Stops, the first time: state {@link EndpointState#DRAINING}, then runs {@code closing} once
   * {@code opening} is done, on the calling thread or the one that ended {@code opening}, then
   * state {@link EndpointState#STOPPED}. An endpoint that was neither prepared nor started has
   * nothing to close.
   *
   * @param drain not negative
   * @param closing drains for the time given and releases all resources, also those of an opening
   *     that failed half-way
   * @return the outcome of the first call
   */
  public CompletionStage<Void> stop(
      Duration drain, Function<Duration, ? extends CompletionStage<Void>> closing) {
    if (drain.isNegative()) {
      throw new IllegalArgumentException("negative drain time: " + drain);
    }
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    CompletableFuture<Void> opened;
    boolean nothingToClose;
    synchronized (lock) {
      if (stopped != null) {
        return view(stopped);
      }
      stopped = outcome;
      drainTime = drain;
      nothingToClose = started == null && prepared == null;
      opened = started == null ? CompletableFuture.completedFuture(null) : started;
      if (started != null) {
        board.enter(EndpointState.DRAINING, "", null);
      }
    }
    board.announceChanges();
    if (nothingToClose) {
      outcome.complete(null);
    } else {
      opened
          .handle((done, failure) -> null)
          .thenCompose(done -> run(() -> closing.apply(drain)))
          .whenComplete((done, failure) -> closed(outcome, failure));
    }
    return view(outcome);
  }

  private void closed(CompletableFuture<Void> outcome, Throwable failure) {
    if (failure == null) {
      board.report(EndpointState.STOPPED, "", null);
      outcome.complete(null);
    } else {
      EndpointException error = Failure.of(failure);
      LOG.error("Endpoint '{}' did not stop cleanly", endpoint, error);
      board.report(EndpointState.STOPPED, "not stopped cleanly: " + error.getMessage(), error);
      outcome.completeExceptionally(error);
    }
  }

  /**
   * {@linkplain #stop Stops} without drain time and waits for the end, ten seconds at most beyond
   * the drain time of a stop that is under way. Never throws.
   */
  public void close(Function<Duration, ? extends CompletionStage<Void>> closing) {
    CompletableFuture<Void> end = stop(Duration.ZERO, closing).toCompletableFuture();
    Duration timeout;
    synchronized (lock) {
      timeout = drainTime.plus(CLOSE_TIMEOUT);
    }
    try {
      end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      LOG.debug("Endpoint '{}' was closed with an error that was logged", endpoint, e);
    } catch (TimeoutException e) {
      LOG.warn(
          "Endpoint '{}' did not close within {}; it continues in the background",
          endpoint,
          timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Connected and working: {@link EndpointState#UP}, or {@link EndpointState#DEGRADED} while there
   * is a {@link #trouble}.
   *
   * @return false when the report came too early or too late and was ignored
   */
  public boolean up() {
    return board.up(ONLY);
  }

  /**
   * Something that people should know of though the connection works: {@link
   * EndpointState#DEGRADED} in place of {@link EndpointState#UP}, now or when it is connected. The
   * status tells the reasons of all troubles that there are, in the order in which they appeared.
   *
   * @param key tells this trouble from others, not null
   * @param reason for people, without secrets, in place of the former one of the key; empty when
   *     the trouble is over
   */
  public void trouble(String key, String reason) {
    board.trouble(key, reason);
  }

  /**
   * Not connected, and connecting again: {@link EndpointState#DOWN}.
   *
   * @param error why; becomes the last error
   * @return false when the report came too early or too late and was ignored
   */
  public boolean down(EndpointException error) {
    return board.down(ONLY, error);
  }

  /**
   * One of several connections of the endpoint, which make up its state together: with all of them
   * up it is {@link EndpointState#UP}, with some {@link EndpointState#DEGRADED}, with none {@link
   * EndpointState#DOWN}. One that has not reported anything does not count.
   *
   * @param name for people, in the reason, not null; the same name is the same link
   */
  public Link link(String name) {
    return new Link(Objects.requireNonNull(name, "name"));
  }

  /** The endpoint's name. */
  String endpoint() {
    return endpoint;
  }

  /**
   * Given up: {@link EndpointState#FAILED}.
   *
   * @param error why; becomes the last error
   * @return false when the report came too early or too late and was ignored
   */
  public boolean failed(EndpointException error) {
    failure = error; // first: who finds the state finds the reason
    return board.report(EndpointState.FAILED, error.getMessage(), error);
  }

  /** Keeps an error as the last one without a change of state. */
  public void error(EndpointException error) {
    board.error(error);
  }

  /** Adds a warning to the status; adding it twice has no effect. */
  public void warn(String warning) {
    board.warn(warning);
  }

  /**
   * Shows a warning for as long as it holds.
   *
   * @param key tells this warning from others, not null
   * @param warning in place of the former one of the key; empty when it does not hold any more
   */
  public void warn(String key, String warning) {
    board.warn(key, warning);
  }

  /** The state alone, cheaper than {@link #status()}. */
  public EndpointState state() {
    return board.state();
  }

  /** Whether the endpoint has been started and has neither been stopped nor given up. */
  public boolean isRunning() {
    return switch (state()) {
      case STARTING, UP, DEGRADED, DOWN -> true;
      default -> false;
    };
  }

  /**
   * Why the endpoint can do nothing now: it has not been started, was given up, or was stopped.
   *
   * @return null while it {@linkplain #isRunning runs}
   */
  public EndpointException refusal() {
    return switch (state()) {
      case STARTING, UP, DEGRADED, DOWN -> null;
      case FAILED -> failure;
      default -> isStopped() ? Refusals.stopped(endpoint) : Refusals.notStarted(endpoint);
    };
  }

  private boolean isStopped() {
    synchronized (lock) {
      return stopped != null;
    }
  }

  /**
   * Where the details of the status come from at each snapshot; without it there are none.
   *
   * @param gauge called by any thread, and must not block; what it returns is copied. If it throws,
   *     or a value is of another kind than {@link EndpointStatus#details()} may hold, the status
   *     has no details
   */
  public void detailsFrom(Supplier<Map<String, Object>> gauge) {
    board.detailsFrom(gauge);
  }

  /** A snapshot with details and counters. */
  public EndpointStatus status() {
    return board.snapshot();
  }

  /** See {@link io.sluice.endpoint.Endpoint#addStatusListener}. */
  public void addStatusListener(StatusListener listener) {
    board.add(listener);
  }

  /** See {@link io.sluice.endpoint.Endpoint#removeStatusListener}. */
  public void removeStatusListener(StatusListener listener) {
    board.remove(listener);
  }

  /** What becomes of one connection. Safe for use by many threads. */
  public final class Link {

    private final String name;

    private Link(String name) {
      this.name = name;
    }

    /**
     * Connected and working.
     *
     * @return false when the report came too early or too late and was ignored
     */
    public boolean up() {
      return board.up(name);
    }

    /**
     * Not connected, and connecting again.
     *
     * @param error why; becomes the last error
     * @return as of {@link #up}
     */
    public boolean down(EndpointException error) {
      return board.down(name, error);
    }

    /** Not needed any more. */
    public void close() {
      board.unlink(name);
    }
  }

  /**
   * An outcome that its receiver cannot complete; unlike a minimal stage it does not wrap errors.
   */
  private static CompletionStage<Void> view(CompletableFuture<Void> outcome) {
    CompletableFuture<Void> view = new CompletableFuture<>();
    outcome.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            view.complete(null);
          } else {
            view.completeExceptionally(failure);
          }
        });
    return view;
  }

  private static CompletionStage<Void> run(Supplier<? extends CompletionStage<Void>> work) {
    try {
      return Objects.requireNonNull(work.get(), "stage");
    } catch (Throwable e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
