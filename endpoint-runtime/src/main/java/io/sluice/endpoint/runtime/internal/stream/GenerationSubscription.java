/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.SerialWork;
import io.sluice.endpoint.runtime.internal.control.SignalGate;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * The part of a host's stream that one generation serves: what subscribes to the plugin's
 * publisher. While its generation drains it still passes deliveries on, but no demand.
 *
 * <p>Signals come from the plugin's threads, {@link #flow} and {@link #cancel} from any, {@link
 * #detach} from the control thread. Calls of the plugin's subscription are serial (rule 2.7).
 */
final class GenerationSubscription implements Flow.Subscriber<Delivery> {

  private static final Class<?> SETTLED = Delivery.settled(Message.of(new byte[0])).getClass();

  private final Generation generation;
  private final Qos qos;
  private final SettlementLedger ledger;
  private final SignalGate gate = new SignalGate();
  private final SerialWork flowing = new SerialWork(this::tellPlugin);

  /** Null when the subscription is over and its last signal has returned. */
  private volatile HostStream stream;

  /** Null before onSubscribe, and when the subscription is over. */
  private volatile Flow.Subscription subscription;

  private volatile boolean over;

  /**
   * How much of the stream's demand, counted from its beginning, the plugin knows or has served.
   */
  private long forwarded;

  /**
   * A subscription that is not subscribed yet.
   *
   * @param ledger null if deliveries need no settlement
   * @param delivered what the stream has delivered so far
   */
  GenerationSubscription(
      HostStream stream, Generation generation, Qos qos, SettlementLedger ledger, long delivered) {
    this.stream = stream;
    this.generation = generation;
    this.qos = qos;
    this.ledger = ledger;
    this.forwarded = delivered;
  }

  Generation generation() {
    return generation;
  }

  /** The ledger; null if deliveries need no settlement. */
  SettlementLedger ledger() {
    return ledger;
  }

  /** Passes the signals of this subscription. */
  SignalGate gate() {
    return gate;
  }

  @Override
  public void onSubscribe(Flow.Subscription offered) {
    Objects.requireNonNull(offered, "subscription");
    if (subscription != null) {
      offered.cancel(); // rule 2.5
      return;
    }
    subscription = offered;
    if (generation.isDraining()) {
      end(); // came too late to get anything
    }
    flow();
  }

  @Override
  public void onNext(Delivery delivery) {
    Objects.requireNonNull(delivery, "delivery");
    boolean passed = false;
    if (gate.enter()) {
      try {
        passed = pass(stream, delivery);
      } finally {
        gate.leave();
      }
    }
    if (!passed) {
      giveBack(delivery);
    }
  }

  @Override
  public void onError(Throwable error) {
    Objects.requireNonNull(error, "error");
    DetachedException copy = DetachedException.of(error);
    finish(current -> current.subscriptionFailed(this, copy));
  }

  @Override
  public void onComplete() {
    finish(current -> current.subscriptionCompleted(this));
  }

  /** Tells the plugin of new demand, or that the host cancelled. */
  void flow() {
    flowing.run();
  }

  /** Lets no further delivery through and cancels the plugin's subscription. */
  void cancel() {
    end();
    flow();
  }

  /** Whether the plugin was told of the end, or knew. */
  boolean isReleased() {
    return over && subscription == null;
  }

  /** Requeues what is not settled, then lets go of the plugin. Calls the plugin. */
  void giveBack() {
    if (ledger != null) {
      ledger.giveBack();
    }
    detach();
  }

  /** The generation is over: lets go of everything of the plugin, without calling it. */
  void detach() {
    end();
    subscription = null;
    if (ledger != null) {
      ledger.detach();
    }
  }

  private void end() {
    over = true;
    gate.shut(() -> stream = null);
  }

  private void finish(Consumer<HostStream> outcome) {
    HostStream current = stream;
    if (over || current == null) {
      return;
    }
    subscription = null;
    end();
    outcome.accept(current);
  }

  /** Whether the host has got it. */
  private boolean pass(HostStream current, Delivery delivery) {
    if (!current.wantsMore()) {
      current.subscriptionFailed(
          this,
          new DetachedException(
              ErrorCode.INTERNAL, "the plugin delivered more than was requested", true));
      return false;
    }
    Message message = message(current, delivery);
    if (message == null) {
      return false;
    }
    current.deliver(delivered(delivery, message), message);
    return true;
  }

  private Message message(HostStream current, Delivery delivery) {
    try {
      return Objects.requireNonNull(delivery.message(), "message");
    } catch (Throwable e) { // a plugin may throw anything
      current.subscriptionFailed(this, DetachedException.of(e));
      return null;
    }
  }

  private Delivery delivered(Delivery delivery, Message message) {
    if (ledger != null) {
      return ledger.open(delivery, message);
    }
    return delivery.getClass() == SETTLED ? delivery : Delivery.settled(message);
  }

  /**
   * A delivery that the host does not get goes back.
   *
   * @throws CancellationException under {@code AUTO}: a plugin settles what a subscriber has taken
   *     without an exception
   */
  private void giveBack(Delivery delivery) {
    if (qos == Qos.AT_LEAST_ONCE) {
      ledger.refuse(delivery);
    } else if (qos == Qos.AUTO) {
      throw new CancellationException("the subscription is over; the delivery was not taken");
    }
  }

  private void tellPlugin() {
    Flow.Subscription present = subscription;
    HostStream current = stream;
    if (present == null) {
      return;
    }
    if (over || current == null) {
      subscription = null;
      call(present, 0);
    } else if (!generation.isDraining()) {
      long requested = current.requested();
      if (requested > forwarded) {
        long fresh = requested == Long.MAX_VALUE ? requested : requested - forwarded;
        forwarded = requested;
        call(present, fresh);
      }
    }
  }

  /** Requests so many deliveries, or cancels for zero. */
  private void call(Flow.Subscription present, long n) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      if (n == 0) {
        present.cancel();
      } else {
        present.request(n);
      }
    } catch (Throwable e) { // a plugin may throw anything; its host must not see it
      DetachedException copy = DetachedException.of(e);
      finish(current -> current.subscriptionFailed(this, copy));
    } finally {
      ContextClassLoader.leave(previous);
    }
  }
}
