/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.Failure;
import io.sluice.endpoint.support.concurrent.Reminder;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of an endpoint that have no receipt yet. They go to the backend's client in the
 * order in which they were accepted, one task hands them over, and each has its receipt within the
 * timeout, wherever it waits. Needs no bound: callers have a window of what is not confirmed.
 *
 * <p>Senders may be used by many threads. The methods of {@link Transport} are called serially, on
 * the executor.
 *
 * @param <C> what the client is given in place of a message
 */
public final class Outbox<C> {

  /** The way to the backend's client. Its methods do not wait. */
  public interface Transport<C> {

    /** Goes on with what was handed over and had to wait; called before others are handed over. */
    default void advance() {
      // nothing waits after it was handed over
    }

    /**
     * Hands over one publication, and sees to it that it gets an outcome.
     *
     * @return false if it, and all behind it, has to wait until the outbox is {@linkplain #signal
     *     signalled}
     */
    boolean handOver(Publication<C> publication);

    /** Why a publication that is older than the timeout has no outcome; withdraws it. */
    EndpointException overdue(Publication<C> publication);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int MAX_MESSAGES_A_SLICE = 256;

  /** How late an overdue message may be rejected. */
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final String endpoint;
  private final Duration timeout;
  private final EndpointMeter meter;
  private final Supplier<EndpointException> refusal;
  private final Transport<C> transport;
  private final Queue<Publication<C>> accepted = new ConcurrentLinkedQueue<>();
  private final UnconfirmedPublications<C> unconfirmed = new UnconfirmedPublications<>();
  private final AtomicLong size = new AtomicLong();
  private final Runnable onDone = size::decrementAndGet;
  private final SerialTask sending;
  private final Reminder look;
  private final AtomicBoolean opened = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Why no message can be sent any more; null while they can. */
  private final AtomicReference<EndpointException> end = new AtomicReference<>();

  /** When the outbox last looked for overdue messages; owned by the executor. */
  private long lookedNanos = System.nanoTime();

  /**
   * An outbox that keeps everything until it is opened.
   *
   * @param endpoint the endpoint's name
   * @param executor must not run tasks on the thread that hands them over
   * @param timeout after which a message is rejected as overdue
   * @param refusal tells at any time why no message is accepted; null while they are
   */
  public Outbox(
      String endpoint,
      Executor executor,
      SharedWorkers workers,
      Duration timeout,
      EndpointMeter meter,
      Supplier<EndpointException> refusal,
      Transport<C> transport) {
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.meter = meter;
    this.refusal = refusal;
    this.transport = transport;
    this.sending = new SerialTask(executor, this::sendSlice, this::rejectAllAtShutdown);
    this.look = new Reminder(workers, LOOK_INTERVAL, sending::signal);
  }

  /**
   * A sender into the outbox.
   *
   * @param qos says whether the messages await a confirmation by the backend
   * @param writer makes what the client is given; an {@link EndpointException} that it throws
   *     rejects the message
   */
  public MessageSender sender(Qos qos, Function<Message, C> writer) {
    boolean awaitsConfirmation = qos == Qos.AUTO || qos == Qos.AT_LEAST_ONCE;
    return message -> send(message, writer, awaitsConfirmation);
  }

  /** Begins to hand messages over. */
  public void open() {
    if (opened.compareAndSet(false, true)) {
      sending.start();
    }
  }

  /** The transport may go on, or hand over what it could not. Any thread. */
  public void signal() {
    sending.signal();
  }

  /**
   * What was handed over and has no outcome is to be handed over again, before all others and in
   * its order: there is another connection. For the transport, within {@link Transport#advance}.
   */
  public void replay() {
    unconfirmed.replay();
  }

  /** Whether every message has its receipt. */
  public boolean isDrained() {
    return size.get() == 0;
  }

  /**
   * Rejects everything that has no receipt, and everything that comes later. Only the first call
   * has an effect.
   *
   * @return completes when what was there has its receipt
   */
  public CompletionStage<Void> close(EndpointException error) {
    end.compareAndSet(null, error);
    open();
    sending.signal();
    return closed.copy();
  }

  private CompletionStage<Receipt> send(
      Message message, Function<Message, C> writer, boolean awaitsConfirmation) {
    EndpointException refused = refusal.get();
    if (refused != null) {
      return refuse(message, refused);
    }
    C content;
    try {
      content = writer.apply(message);
    } catch (EndpointException e) {
      return refuse(message, e);
    }
    Publication<C> publication =
        new Publication<>(message, content, awaitsConfirmation, meter, onDone);
    size.incrementAndGet();
    accepted.add(publication);
    sending.signal();
    EndpointException late = end.get();
    if (late != null) {
      publication.reject(late); // the last slice may not have seen it
    }
    return publication.receipt();
  }

  private CompletionStage<Receipt> refuse(Message message, EndpointException error) {
    meter.failed();
    return CompletableFuture.completedFuture(Receipt.rejected(message, error));
  }

  /** What the client throws beyond exceptions concerns all: the slice itself must not fail. */
  private boolean sendSlice() {
    try {
      return trySlice();
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Endpoint '{}': publishing failed unexpectedly; all messages under way are rejected",
          endpoint,
          e);
      rejectAll(Failure.of(e));
      return false;
    }
  }

  private boolean trySlice() {
    if (end.get() != null) {
      rejectForGood();
      return false;
    }
    unconfirmed.trim();
    transport.advance();
    boolean more = takeAccepted();
    handOver();
    rejectOverdue();
    if (!isDrained()) {
      look.set();
    }
    return more;
  }

  private boolean takeAccepted() {
    for (int taken = 0; taken < MAX_MESSAGES_A_SLICE; taken++) {
      Publication<C> next = accepted.poll();
      if (next == null) {
        return false;
      }
      unconfirmed.add(next);
    }
    return true;
  }

  private void handOver() {
    Publication<C> next = unconfirmed.firstWaiting();
    while (next != null && transport.handOver(next)) {
      unconfirmed.handedOver();
      next = unconfirmed.firstWaiting();
    }
  }

  private void rejectOverdue() {
    long now = System.nanoTime();
    if (now - lookedNanos >= LOOK_INTERVAL.toNanos()) {
      lookedNanos = now;
      unconfirmed.forEach(this::rejectIfOverdue);
    }
  }

  private void rejectIfOverdue(Publication<C> publication) {
    if (publication.ageNanos() >= timeout.toNanos()) {
      publication.reject(transport.overdue(publication));
    }
  }

  /** The executor has been shut down. */
  private void rejectAllAtShutdown() {
    end.compareAndSet(null, Refusals.stopped(endpoint));
    rejectForGood();
  }

  private void rejectForGood() {
    rejectAll(end.get());
    closed.complete(null);
  }

  private void rejectAll(EndpointException error) {
    for (Publication<C> next = accepted.poll(); next != null; next = accepted.poll()) {
      next.reject(error);
    }
    unconfirmed.forEach(publication -> publication.reject(error));
  }
}
