/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Sends messages to the backend that is not there. While the connection is down they wait, and go
 * out in order when it is up.
 *
 * <p>Whoever sends puts a message into the outbox; one task takes them out, one after the other.
 * The outbox needs no bound: who sends has a window of those not done.
 */
final class MockPublisher {

  private static final int MAX_MESSAGES_A_SLICE = 256;

  private final Duration latency;
  private final boolean echo;
  private final MockConnection connection;
  private final Broker broker;
  private final SharedWorkers workers;
  private final EndpointMeter meter;
  private final Supplier<EndpointException> refusal;
  private final Queue<Publication> outbox = new ConcurrentLinkedQueue<>();
  private final PendingPublications pending;
  private final SerialTask sending;

  private Publication awaited;
  private long index;

  /**
   * A publisher that keeps everything in the outbox until it is opened.
   *
   * @param refusal tells at any time why nothing more can be sent; null while it can
   */
  MockPublisher(
      String endpoint,
      MockSettings settings,
      MockConnection connection,
      Broker broker,
      SharedWorkers workers,
      EndpointMeter meter,
      Supplier<EndpointException> refusal) {
    this.latency = settings.faults().publishLatency();
    this.echo = settings.echo();
    this.connection = connection;
    this.broker = broker;
    this.workers = workers;
    this.meter = meter;
    this.refusal = refusal;
    this.pending = new PendingPublications(settings.producer().timeout(), workers, this::expire);
    this.sending =
        new SerialTask(
            workers, this::sendSlice, () -> pending.rejectAll(Refusals.stopped(endpoint)));
  }

  /** A sender whose messages count as confirmed when that QoS says so. */
  MessageSender sender(Qos qos) {
    boolean awaitsConfirmation = qos == Qos.AUTO || qos == Qos.AT_LEAST_ONCE;
    return message -> send(message, awaitsConfirmation);
  }

  /** Begins to send. */
  void open() {
    sending.start();
  }

  /** The connection is up. */
  void connected() {
    sending.signal();
  }

  /** Whether every message has its receipt. */
  boolean isDrained() {
    return pending.isEmpty();
  }

  /** Rejects whatever has no receipt yet. Nothing more is sent, as the refusal tells. */
  void fail(EndpointException error) {
    pending.rejectAll(error);
  }

  private CompletionStage<Receipt> send(Message message, boolean awaitsConfirmation) {
    EndpointException refused = refusal.get();
    if (refused != null) {
      meter.failed();
      return CompletableFuture.completedFuture(Receipt.rejected(message, refused));
    }
    Publication publication = new Publication(message, awaitsConfirmation, meter, pending::remove);
    pending.add(publication);
    outbox.add(publication);
    sending.signal();
    EndpointException late = refusal.get();
    if (late != null) {
      publication.reject(late); // who rejected all may not have seen it
    }
    return publication.receipt();
  }

  private boolean sendSlice() {
    for (int sent = 0; sent < MAX_MESSAGES_A_SLICE; sent++) {
      Publication next = outbox.peek();
      if (next == null || !connection.isUp() || !isDue(next)) {
        return false;
      }
      outbox.poll();
      if (!next.isDone()) {
        take(next);
      }
    }
    return true;
  }

  private boolean isDue(Publication next) {
    if (latency.isZero()) {
      return true;
    }
    Duration rest = latency.minusNanos(next.ageNanos());
    if (rest.isZero() || rest.isNegative()) {
      return true;
    }
    if (awaited != next) {
      awaited = next;
      workers.after(rest, sending::signal);
    }
    return false;
  }

  private void take(Publication publication) {
    publication.number(index++);
    if (connection.faults().rejectsPublish(publication.index())) {
      publication.reject(
          new EndpointException(
              ErrorCode.REJECTED, "rejected on purpose: faults.publishErrorRate"));
    } else if (echo) {
      broker.publish(new Echo(publication, workers));
    } else {
      publication.confirm();
    }
  }

  private void expire(Publication publication) {
    broker.withdraw(publication);
    publication.reject(
        EndpointException.retryable(ErrorCode.TIMEOUT, "not confirmed within producer.timeout"));
  }
}
