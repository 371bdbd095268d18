/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.runtime.internal.control.SerialWork;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.delivery.Demand;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of the plugin for all streams of a client id, which compete for its deliveries:
 * so the runtime sees one order of their messages where it alone knows the position. Messages that
 * the former generation's host has settled are acknowledged and not passed on.
 *
 * <p>Deliveries are passed on by the thread that brings them, serially. One that finds no demand,
 * as a stream has cancelled meanwhile, waits for the demand of another. Calls of the plugin's
 * subscription are serial (rule 2.7).
 */
final class CompetingStreams implements Flow.Subscriber<Delivery> {

  private static final Logger LOG = LoggerFactory.getLogger(CompetingStreams.class);

  /** How much is asked of the plugin at a time, which bounds what may wait here. */
  private static final int MAX_OUTSTANDING = 256;

  private final Generation generation;
  private final ConsumeRequest request;
  private final ContiguousPosition position;
  private final Executor callbacks;
  private final Queue<Delivery> arrived = new ConcurrentLinkedQueue<>();
  private final SerialWork passing = new SerialWork(this::passAll);
  private final SerialWork flowing = new SerialWork(this::tellPlugin);

  /** Changed under the lock of this object, together with {@link #closed}. */
  private volatile Member[] members = {};

  /** Whether no more streams may join. */
  private volatile boolean closed;

  /** Streams that will come, and whether one has; guarded by the lock. */
  private int expected;

  private boolean begun;

  /** Null before onSubscribe, and when the plugin was told of the end. */
  private volatile Flow.Subscription upstream;

  /** How the plugin ended the subscription; null while it has not. */
  private volatile Consumer<Flow.Subscriber<?>> ending;

  /** Deliveries passed on or dropped; changed by who passes alone. */
  private volatile long consumed;

  /** Asked of the plugin so far; owned by who calls it. */
  private long requested;

  /** Whose turn is next; owned by who passes. */
  private int turn;

  /**
   * Without streams.
   *
   * @param request what the plugin is asked for
   * @param position of the client id
   * @param callbacks passes on what has waited for demand
   */
  CompetingStreams(
      Generation generation,
      ConsumeRequest request,
      ContiguousPosition position,
      Executor callbacks) {
    this.generation = generation;
    this.request = request;
    this.position = position;
    this.callbacks = callbacks;
  }

  /**
   * One more stream will be subscribed.
   *
   * @return false if it cannot: all streams have gone, or the plugin has ended the subscription
   */
  synchronized boolean expect() {
    if (!closed) {
      expected++;
    }
    return !closed;
  }

  /** Subscribes an expected stream, and with the first one this to the plugin. Calls the plugin. */
  void subscribe(Flow.Subscriber<Delivery> stream) {
    Member member = new Member(stream);
    boolean first = add(member);
    stream.onSubscribe(member);
    if (first) {
      generation.messages(Mode.CONSUME).consume(request).subscribe(this);
    } else if (ending != null) {
      callbacks.execute(this::pass); // not here: hosts may take longer than a call of the plugin
    }
  }

  /**
   * A stream could not be subscribed. Without the plugin's subscription, which the first one was to
   * bring, the others fail as well.
   */
  void failed(Flow.Subscriber<Delivery> stream, Throwable error) {
    unexpect(stream);
    if (upstream == null && ending == null) {
      endByRuntime(error);
    }
    flowing.run();
  }

  /** An expected stream does not come. */
  synchronized void unexpect(Flow.Subscriber<Delivery> stream) {
    boolean came = Arrays.stream(members).anyMatch(member -> member.stream == stream);
    if (!came && expected > 0) {
      expected--;
      closed |= members.length == 0 && expected == 0;
    }
  }

  private synchronized boolean add(Member member) {
    expected = Math.max(0, expected - 1); // it may have been given up
    members = Arrays.copyOf(members, members.length + 1);
    members[members.length - 1] = member;
    boolean first = !begun;
    begun = true;
    return first;
  }

  @Override
  public void onSubscribe(Flow.Subscription offered) {
    Objects.requireNonNull(offered, "subscription");
    if (upstream != null) {
      offered.cancel(); // rule 2.5
      return;
    }
    upstream = offered;
    flowing.run();
  }

  @Override
  public void onNext(Delivery delivery) {
    arrived.add(Objects.requireNonNull(delivery, "delivery"));
    pass();
  }

  @Override
  public void onError(Throwable error) {
    Objects.requireNonNull(error, "error");
    end(stream -> stream.onError(error));
  }

  @Override
  public void onComplete() {
    end(Flow.Subscriber::onComplete);
  }

  /** The generation is over: lets go of everything of the plugin, without calling it. */
  synchronized void detach() {
    closed = true;
    members = new Member[0];
    upstream = null;
    arrived.clear();
  }

  private void end(Consumer<Flow.Subscriber<?>> how) {
    upstream = null;
    ending = how;
    pass();
  }

  /** Ends the subscription that the plugin has not ended. */
  private void endByRuntime(Throwable error) {
    synchronized (this) {
      closed = true;
    }
    ending = stream -> stream.onError(error);
    flowing.run(); // cancels it
    pass();
  }

  private void pass() {
    passing.run();
    flowing.run();
  }

  /** Passes on what has arrived as far as there is demand; then the end. */
  private void passAll() {
    Delivery next = arrived.peek();
    while (next != null && passOn(next)) {
      next = arrived.peek();
    }
    if (next == null && ending != null) {
      for (Member member : closeAll()) {
        ending.accept(member.stream);
      }
    }
  }

  /** False if the delivery has to wait. */
  private boolean passOn(Delivery delivery) {
    if (isLeftOver()) {
      countNext();
      refuse(delivery);
      return true;
    }
    if (isSettled(delivery)) {
      countNext();
      acknowledge(delivery);
      return true;
    }
    Member member = takeDemand();
    if (member == null) {
      return false;
    }
    countNext();
    handOver(member, delivery);
    return true;
  }

  /** A stream that throws has cancelled itself, and its ledger gives the delivery back. */
  private void handOver(Member member, Delivery delivery) {
    try {
      member.stream.onNext(delivery);
    } catch (Throwable e) {
      LOG.debug("Endpoint '{}': a stream has not taken a delivery", generation.name(), e);
    }
  }

  /** Whether there will be no demand any more: streams ask a generation that drains for nothing. */
  private boolean isLeftOver() {
    return members.length == 0 && closed || ending != null && generation.isDraining();
  }

  /** The next delivery waits no more. */
  private void countNext() {
    arrived.poll();
    consumed = consumed + 1;
  }

  /**
   * The next stream that wants a delivery, with its demand reduced: before the delivery counts as
   * consumed, or more would be asked of the plugin than the streams want.
   */
  private Member takeDemand() {
    Member[] present = members;
    for (int i = 0; i < present.length; i++) {
      Member member = present[Math.floorMod(turn++, present.length)];
      if (member.takeDemand()) {
        return member;
      }
    }
    return null;
  }

  private boolean isSettled(Delivery delivery) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      return position.skip(delivery.message());
    } catch (Throwable e) { // a plugin may throw anything; the stream will get it, too
      return false;
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  private void acknowledge(Delivery delivery) {
    inPlugin(delivery::ack);
  }

  /** No stream is left to take it. */
  private void refuse(Delivery delivery) {
    inPlugin(
        () -> {
          position.requeued(position.open(delivery.message()), delivery.message());
          delivery.nack(Nack.REQUEUE);
        });
  }

  private void inPlugin(Runnable call) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      call.run();
    } catch (Throwable e) { // a plugin may throw anything
      LOG.debug("Endpoint '{}': the plugin failed to settle a delivery", generation.name(), e);
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  private synchronized Member[] closeAll() {
    closed = true;
    Member[] last = members;
    members = new Member[0];
    return last;
  }

  private synchronized void leave(Member member) {
    members = Arrays.stream(members).filter(present -> present != member).toArray(Member[]::new);
    closed |= members.length == 0 && expected == 0;
  }

  /** Asks the plugin for what the streams want, or cancels when they have all gone. */
  private void tellPlugin() {
    Flow.Subscription present = upstream;
    if (present == null) {
      return;
    }
    if (closed) {
      upstream = null;
      call(present::cancel);
      return;
    }
    long credit = requested - consumed;
    long missing = Math.min(unmet(), MAX_OUTSTANDING) - credit;
    if (missing > 0 && credit <= MAX_OUTSTANDING / 2) {
      requested += missing;
      call(() -> present.request(missing));
    }
  }

  private void call(Runnable work) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      work.run();
    } catch (Throwable e) { // a plugin may throw anything
      if (ending == null) {
        callbacks.execute(() -> endByRuntime(e)); // later: this may be within a call of it
      }
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  private long unmet() {
    long sum = 0;
    for (Member member : members) {
      sum = Math.min(sum + Math.min(member.unmet(), MAX_OUTSTANDING), MAX_OUTSTANDING);
    }
    return sum;
  }

  /** One stream's part. */
  private final class Member implements Flow.Subscription {

    private final Flow.Subscriber<Delivery> stream;
    private final AtomicLong demand = new AtomicLong();

    Member(Flow.Subscriber<Delivery> stream) {
      this.stream = stream;
    }

    /** What it has requested and not got. */
    long unmet() {
      return demand.get();
    }

    /** Only one thread at a time takes; any may add. */
    boolean takeDemand() {
      return demand.getAndUpdate(n -> n == Long.MAX_VALUE || n == 0 ? n : n - 1) > 0;
    }

    @Override
    public void request(long n) {
      demand.accumulateAndGet(n, Demand::sum);
      if (!arrived.isEmpty()) {
        callbacks.execute(CompetingStreams.this::pass); // not here: rule 3.4
      }
      flowing.run();
    }

    @Override
    public void cancel() {
      leave(this);
      if (!arrived.isEmpty()) {
        callbacks.execute(CompetingStreams.this::pass);
      }
      flowing.run();
    }
  }
}
