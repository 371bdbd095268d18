/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.SignalGate;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.delivery.Demand;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of a host, which outlives generations: each serves a {@link
 * GenerationSubscription} of it. Demand is counted from the beginning of the stream, so that a new
 * subscription asks for what its predecessors have not delivered.
 *
 * <p>The host calls from any thread. Subscriptions follow one another only after the last signal of
 * the former has returned; that makes the signals serial (rule 1.3), and the fields that they own
 * safe.
 */
final class HostStream implements Flow.Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(HostStream.class);

  private final ConsumeRequest request;
  private final Streams owner;
  private final ClassLoader hostLoader = ContextClassLoader.current();
  private final AtomicLong requested = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Passes onSubscribe, before there is a subscription. */
  private final SignalGate opening = new SignalGate();

  /** Null when the stream has ended (rule 3.13). */
  private volatile Flow.Subscriber<? super Delivery> subscriber;

  private volatile GenerationSubscription serving;

  /** Owned by the signals. */
  private long delivered;

  /** Owned by the signals. */
  private boolean keepsPosition;

  /** The id of the message delivered last, where the backend does not know it itself. */
  private String lastDelivered;

  /** Where the next subscription goes on, like the next two owned by the control thread. */
  private Optional<String> position = Optional.empty();

  /** Of the present subscription; null where it is not needed. */
  private ContiguousPosition tracker;

  /** Of its client id, where streams go on together; null where they do not. */
  private ClientPosition shared;

  HostStream(ConsumeRequest request, Flow.Subscriber<? super Delivery> subscriber, Streams owner) {
    this.request = request;
    this.subscriber = subscriber;
    this.owner = owner;
  }

  /** Calls onSubscribe; then the stream waits for its first subscription. */
  void open() {
    opening.enter();
    try {
      inHost(host -> host.onSubscribe(this));
    } finally {
      opening.leave();
    }
    if (!ended.get()) {
      owner.add(this);
    }
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      end(host -> host.onError(new IllegalArgumentException("rule 3.9: request of " + n)));
      return;
    }
    requested.accumulateAndGet(n, Demand::sum);
    GenerationSubscription current = serving;
    if (current != null) {
      current.flow();
    }
  }

  @Override
  public void cancel() {
    end(host -> {});
  }

  /** Ends the stream as the endpoint has stopped for good. Calls the host. */
  void complete() {
    end(Flow.Subscriber::onComplete);
  }

  /** Ends the stream with an error. Calls the host. */
  void fail(EndpointException error) {
    end(host -> host.onError(error));
  }

  /** The present subscription; null before the first. */
  GenerationSubscription serving() {
    return serving;
  }

  boolean isEnded() {
    return ended.get();
  }

  /** The gate that signals pass at present. */
  SignalGate gate() {
    GenerationSubscription current = serving;
    return current == null ? opening : current.gate();
  }

  /** What the host has asked for. */
  ConsumeRequest request() {
    return request;
  }

  /** The position that it shares with others of its client id; null for none. Control thread. */
  ClientPosition shared() {
    return shared;
  }

  /** Goes by a position that others share from now on. The control thread. */
  void share(ClientPosition position) {
    shared = position;
  }

  /** Whether the runtime alone knows what is settled, and shares that out in one order. */
  boolean sharesPositionIn(Generation generation) {
    return request.qos() == Qos.AT_LEAST_ONCE && resumesById(generation);
  }

  /**
   * Makes the next subscription, when the former is over and its last signal has returned. The
   * control thread. The caller subscribes it unless the stream {@link #isEnded()} by then.
   */
  GenerationSubscription nextSubscription(Generation generation, LedgerSource ledgers) {
    takePosition();
    tracker = trackerFor(generation);
    SettlementLedger ledger =
        request.qos() == Qos.AT_LEAST_ONCE ? ledgers.open(generation, tracker) : null;
    keepsPosition = ledger == null && resumesById(generation);
    serving = new GenerationSubscription(this, generation, request.qos(), ledger, delivered);
    return serving;
  }

  /** What the next subscription asks of its generation. The control thread. */
  ConsumeRequest requestFor(Generation generation) {
    if (position.isEmpty()) {
      return request;
    }
    return request.toBuilder().resumeAfter(resumesById(generation) ? position.get() : null).build();
  }

  /** A durable backend knows the position itself, but for a stream that never settles. */
  private boolean resumesById(Generation generation) {
    boolean known = generation.can(EndpointType.DURABLE) && request.qos() != Qos.NONE;
    return generation.can(EndpointType.RESUME) && !known;
  }

  long requested() {
    return requested.get();
  }

  /** Whether there is demand for one more delivery. Within a signal. */
  boolean wantsMore() {
    return delivered < requested.get();
  }

  /**
   * Hands a delivery to the host. Within a signal.
   *
   * @throws DetachedException when the host failed: what it has not taken is not to be settled
   * @throws CancellationException when the host does not take it, as it has cancelled
   */
  void deliver(Delivery delivery, Message message) {
    delivered++;
    if (keepsPosition) {
      lastDelivered = message.id().orElse(lastDelivered);
    }
    ClassLoader previous = ContextClassLoader.enter(hostLoader);
    try {
      subscriber.onNext(delivery); // not null within a signal
    } catch (Throwable e) {
      if (ended.get() && e instanceof CancellationException refusal) {
        throw refusal;
      }
      LOG.warn(
          "Endpoint '{}': a subscriber threw an exception; its subscription is cancelled",
          owner.endpoint(),
          e);
      cancel();
      throw new DetachedException(ErrorCode.REJECTED, "the subscriber failed", false);
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  /** A subscription has ended by an error. */
  void subscriptionFailed(GenerationSubscription over, EndpointException error) {
    subscriptionEnded(over, () -> fail(error));
  }

  /** A subscription has ended regularly. */
  void subscriptionCompleted(GenerationSubscription over) {
    subscriptionEnded(over, this::complete);
  }

  /** The end of a generation that goes away is not the end of the stream. */
  private void subscriptionEnded(GenerationSubscription over, Runnable ending) {
    if (!over.generation().isDraining()) {
      ending.run();
    } else if (owner.isClosing()) {
      complete();
    }
  }

  private void takePosition() {
    if (serving == null) {
      return;
    }
    Optional<String> reached =
        tracker == null
            ? Optional.ofNullable(lastDelivered)
            : Optional.ofNullable(tracker.last()).flatMap(Message::id);
    if (reached.isPresent()) {
      position = reached;
    }
  }

  /** A durable backend knows the position itself, as soon as something was settled there. */
  private ContiguousPosition trackerFor(Generation generation) {
    if (request.qos() != Qos.AT_LEAST_ONCE || !generation.can(EndpointType.RESUME)) {
      return null;
    }
    if (sharesPositionIn(generation)) {
      return shared.tracker();
    }
    boolean unknown = position.isEmpty() && request.resumeAfter().isPresent();
    return unknown ? new ContiguousPosition() : null;
  }

  private void end(Consumer<Flow.Subscriber<? super Delivery>> lastSignal) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    GenerationSubscription current = serving;
    if (current != null) {
      current.cancel();
    }
    gate()
        .shut(
            () -> {
              inHost(lastSignal);
              subscriber = null;
            });
    owner.ended(this);
  }

  private void inHost(Consumer<Flow.Subscriber<? super Delivery>> signal) {
    Flow.Subscriber<? super Delivery> host = subscriber;
    ClassLoader previous = ContextClassLoader.enter(hostLoader);
    try {
      signal.accept(host);
    } catch (Throwable e) {
      LOG.warn(
          "Endpoint '{}': a subscriber threw an exception; its subscription is cancelled",
          owner.endpoint(),
          e);
      cancel();
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  /** Makes the ledger of a subscription. */
  @FunctionalInterface
  interface LedgerSource {

    /** The ledger; the position may be null. */
    SettlementLedger open(Generation generation, ContiguousPosition position);
  }
}
