/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.BoundedWait;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.IdlingThread;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client that sends. One that can never work again is closed and another one made, after a
 * delay; there are never two, so that every outcome of one is known before the next one sends.
 *
 * <p>Making and closing a client may look up names and wait, so that a thread of its own does it,
 * which ends while there is nothing to do. All else may be called by any thread.
 */
final class SendingClient {

  private static final Logger LOG = LoggerFactory.getLogger(SendingClient.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final String endpoint;
  private final KafkaClients clients;
  private final SharedWorkers workers;
  private final Backoff backoff;
  private final Runnable onMade;
  private final Consumer<EndpointException> onUnusable;
  private final ThreadPoolExecutor thread;

  private volatile Producer<byte[], byte[]> current;
  private volatile String trouble;

  /** Whether the last client that was made did not work, and no later one has yet. */
  private volatile boolean unproven;

  private boolean closed;

  /**
   * A client that is not made yet.
   *
   * @param backoff without a bound of attempts
   * @param onMade called whenever {@link #current()} is another client
   * @param onUnusable is told why there can never be a client
   */
  SendingClient(
      String endpoint,
      KafkaClients clients,
      EndpointThreads threads,
      SharedWorkers workers,
      Backoff backoff,
      Runnable onMade,
      Consumer<EndpointException> onUnusable) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.workers = workers;
    this.backoff = backoff;
    this.onMade = onMade;
    this.onUnusable = onUnusable;
    this.thread = IdlingThread.of(threads, "producer");
  }

  /**
   * Makes it, if that works at once.
   *
   * @return completes when that has been tried
   */
  CompletionStage<Void> prepare() {
    return CompletableFuture.runAsync(this::tryToMake, thread);
  }

  /** Begins to make it, unless it is prepared. */
  void open() {
    onThread(this::make);
  }

  /** The client to send with; null while there is none. */
  Producer<byte[], byte[]> current() {
    return current;
  }

  /** Says that brokers have dealt with a message of a client. */
  void works(Producer<byte[], byte[]> client) {
    if (unproven && client == current) {
      unproven = false;
      trouble = null;
      LOG.info("Endpoint '{}' publishes again", endpoint);
    }
  }

  /** Why there is no client, or the one before could not work; for people. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Says that a client can never work again, and why. Has no effect for a former one. */
  void broken(Producer<byte[], byte[]> client, Throwable failure) {
    synchronized (this) {
      if (client != current || closed) {
        return;
      }
      current = null;
    }
    boolean worked = !unproven;
    unproven = true;
    fails("the producer cannot work: " + KafkaErrors.of(failure).getMessage());
    boolean accepted =
        onThread(
            () -> {
              end(client, Duration.ZERO);
              if (worked) {
                backoff.reset();
              }
              makeLater();
            });
    if (!accepted) {
      end(client, Duration.ZERO); // closed meanwhile, without this one
    }
  }

  /**
   * Ends the client for good.
   *
   * @param drained whether it has nothing left to send
   * @return completes when it has ended, or after a second: a thread that hangs in the look-up of a
   *     name is left behind, and ends the client when it comes back
   */
  CompletionStage<Boolean> close(boolean drained) {
    Producer<byte[], byte[]> last;
    synchronized (this) {
      closed = true;
      last = current;
      current = null;
    }
    Duration grace = drained ? CLOSE_TIMEOUT.dividedBy(2) : Duration.ZERO;
    CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> end(last, grace), thread);
    thread.shutdown();
    return BoundedWait.of(ended, CLOSE_TIMEOUT, workers).thenApply(this::warnIfLate);
  }

  private boolean warnIfLate(boolean inTime) {
    if (!inTime) {
      LOG.warn(
          "Endpoint '{}': the producer does not close; its thread ends when the look-up of a host"
              + " name or a connection attempt returns",
          endpoint);
    }
    return inTime;
  }

  private void tryToMake() {
    if (isClosed()) {
      return;
    }
    try {
      made(clients.producer());
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Endpoint '{}': no producer yet; the start makes one", endpoint, e);
    }
  }

  private void make() {
    if (isClosed() || current != null) {
      return;
    }
    try {
      made(clients.producer());
    } catch (RuntimeException | LinkageError e) {
      EndpointException error = KafkaErrors.of(e);
      if (e instanceof LinkageError || error.code().equals(ErrorCode.INVALID_CONFIGURATION)) {
        onUnusable.accept(error);
      } else {
        fails("the producer cannot be made: " + error.getMessage());
        makeLater();
      }
    }
  }

  private void made(Producer<byte[], byte[]> client) {
    synchronized (this) {
      if (!closed) {
        current = client;
      }
    }
    if (current == client) {
      if (!unproven) {
        backoff.reset();
        trouble = null;
      }
      onMade.run();
    } else {
      end(client, Duration.ZERO);
    }
  }

  private void makeLater() {
    Duration delay = backoff.next().orElseThrow();
    try {
      workers.after(delay, () -> onThread(this::make));
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped", e);
    }
  }

  private void fails(String why) {
    if (!why.equals(trouble)) {
      LOG.warn("Endpoint '{}': {}; the endpoint creates producers until one works", endpoint, why);
    }
    trouble = why;
  }

  private void end(Producer<byte[], byte[]> client, Duration grace) {
    if (client == null) {
      return;
    }
    try {
      client.close(grace);
    } catch (RuntimeException e) {
      LOG.warn("Endpoint '{}': the producer did not close cleanly", endpoint, e);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private boolean onThread(Runnable task) {
    try {
      thread.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.debug("The endpoint has stopped", e);
      return false;
    }
  }
}
