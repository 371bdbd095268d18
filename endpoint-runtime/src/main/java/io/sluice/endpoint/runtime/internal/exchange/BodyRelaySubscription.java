/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.SignalGate;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one subscription of a body that crosses from one side to the other. */
final class BodyRelaySubscription implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(BodyRelaySubscription.class);

  private final Side from;
  private final Side to;
  private final Consumer<Boolean> ended;
  private final SignalGate gate = new SignalGate();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Null when the relay is over. */
  private volatile Flow.Subscriber<? super ByteBuffer> receiver;

  /** Null before onSubscribe and when the relay is over. */
  private volatile Flow.Subscription sender;

  private boolean greeted;

  BodyRelaySubscription(
      Flow.Subscriber<? super ByteBuffer> receiver, Side from, Side to, Consumer<Boolean> ended) {
    this.receiver = receiver;
    this.from = from;
    this.to = to;
    this.ended = ended;
  }

  /** Subscribes to the sending side's body. */
  void connect(Flow.Publisher<ByteBuffer> body) {
    try {
      from.run(() -> body.subscribe(this));
    } catch (Throwable e) { // a plugin may throw anything
      fail(DetachedException.of(e, from.fault()));
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    Objects.requireNonNull(subscription, "subscription");
    if (over.get() || sender != null) {
      from.run(subscription::cancel); // rule 2.5
      return;
    }
    sender = subscription;
    signal(this::greet);
    if (over.get()) {
      cancel(subscription);
    }
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    Objects.requireNonNull(bytes, "bytes");
    signal(target -> target.onNext(bytes));
  }

  @Override
  public void onError(Throwable error) {
    Objects.requireNonNull(error, "error");
    fail(DetachedException.of(error, from.fault()));
  }

  @Override
  public void onComplete() {
    end(Flow.Subscriber::onComplete, true);
  }

  @Override
  public void request(long n) {
    Flow.Subscription present = sender;
    if (present != null && !over.get()) {
      try {
        from.run(() -> present.request(n));
      } catch (Throwable e) { // a plugin may throw anything
        fail(DetachedException.of(e, from.fault()));
      }
    }
  }

  @Override
  public void cancel() {
    detach(null);
  }

  /**
   * Ends the relay from outside: cancels the sending side and tells the receiving one.
   *
   * @param error null to tell it nothing
   */
  void detach(EndpointException error) {
    Flow.Subscription present = sender;
    boolean first =
        end(
            target -> {
              if (error != null) {
                greet(target);
                target.onError(error);
              }
            },
            false);
    if (first && present != null) {
      cancel(present);
    }
  }

  private void fail(EndpointException error) {
    end(
        target -> {
          greet(target);
          target.onError(error);
        },
        false);
  }

  /** A subscriber hears onSubscribe before all else (rule 1.9). Within a signal. */
  private void greet(Flow.Subscriber<? super ByteBuffer> target) {
    if (!greeted) {
      greeted = true;
      target.onSubscribe(this);
    }
  }

  private void signal(Consumer<Flow.Subscriber<? super ByteBuffer>> signal) {
    if (!gate.enter()) {
      return;
    }
    try {
      Flow.Subscriber<? super ByteBuffer> target = receiver;
      to.run(() -> signal.accept(target));
    } catch (Throwable e) { // rule 2.13: it counts as cancelled
      detach(null);
    } finally {
      gate.leave();
    }
  }

  private boolean end(Consumer<Flow.Subscriber<? super ByteBuffer>> lastSignal, boolean completed) {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    gate.shut(
        () -> {
          Flow.Subscriber<? super ByteBuffer> target = receiver;
          receiver = null;
          sender = null;
          try {
            to.run(() -> lastSignal.accept(target));
          } catch (Throwable e) { // a plugin may throw anything
            LOG.debug("A body's end was not taken", DetachedException.of(e, to.fault()));
          }
          ended.accept(completed);
        });
    return true;
  }

  private void cancel(Flow.Subscription present) {
    try {
      from.run(present::cancel);
    } catch (Throwable e) { // a plugin may throw anything
      LOG.debug("A body could not be cancelled", DetachedException.of(e, from.fault()));
    }
  }
}
