/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The open streams of one endpoint, which it hands from generation to generation. Owned by the
 * control thread, but for what is marked otherwise.
 */
public final class Streams {

  private final String endpoint;
  private final ControlThread control;
  private final PluginCalls calls;
  private final LongAdder ignoredSettlements = new LongAdder();
  private final Set<HostStream> open = new LinkedHashSet<>();

  /**
   * The subscriptions of the present generation, those of ended streams with unsettled deliveries
   * too, with the position that they go by; null for none.
   */
  private final Map<GenerationSubscription, ClientPosition> subscriptions = new LinkedHashMap<>();

  /** Where streams go on together, by what they ask for. */
  private final Map<ClientPosition.Key, ClientPosition> positions = new HashMap<>();

  private Generation current;
  private volatile boolean closing;

  /** No streams yet, and no generation. */
  public Streams(String endpoint, ControlThread control, PluginCalls calls) {
    this.endpoint = endpoint;
    this.control = control;
    this.calls = calls;
  }

  /** A publisher whose subscriptions outlive generations. Any thread. */
  public Flow.Publisher<Delivery> publisher(ConsumeRequest request) {
    Objects.requireNonNull(request, "request");
    return subscriber ->
        new HostStream(request, Objects.requireNonNull(subscriber, "subscriber"), this).open();
  }

  /**
   * Puts a generation behind the streams.
   *
   * @return completes on the control thread when all streams are subscribed, but for those whose
   *     host is still busy with the last delivery of the former generation
   */
  public CompletionStage<Void> attach(Generation generation) {
    current = generation;
    List<CompletableFuture<?>> subscribing = new ArrayList<>();
    for (HostStream stream : List.copyOf(open)) {
      if (stream.serving() == null || stream.gate().isQuiet()) {
        subscribing.add(subscribe(stream, generation));
      } else {
        stream.gate().shut(() -> post(() -> subscribeLate(stream, generation)));
      }
    }
    return CompletableFuture.allOf(subscribing.toArray(CompletableFuture<?>[]::new))
        .exceptionally(reported -> null);
  }

  /**
   * Tells the plugin what the host has settled but the redelivery delay held back. Calls the
   * plugin.
   */
  public List<Runnable> flushes() {
    return subscriptions.keySet().stream()
        .filter(subscription -> subscription.ledger() != null)
        .<Runnable>map(subscription -> subscription.ledger()::flush)
        .toList();
  }

  /** Lets go of the present generation: later settlements of its deliveries are ignored. */
  public void detach() {
    current = null;
    List<GenerationSubscription> last = List.copyOf(subscriptions.keySet());
    last.forEach(GenerationSubscription::detach);
    last.forEach(this::forget);
    positions.values().forEach(ClientPosition::detach);
  }

  /** From now on streams complete when their subscription ends, and new ones fail. */
  public void beginClosing() {
    closing = true;
  }

  /** Completes what is still open after {@link #detach()}. */
  public void close() {
    closing = true;
    List.copyOf(open).forEach(stream -> calls.callback(stream::complete));
  }

  /** Takes new streams again. */
  public void reopen() {
    closing = false;
  }

  /** Settlements that came too late. Any thread. */
  public long ignoredSettlements() {
    return ignoredSettlements.sum();
  }

  String endpoint() {
    return endpoint;
  }

  /** Any thread. */
  boolean isClosing() {
    return closing;
  }

  /** A stream was opened. Any thread. */
  void add(HostStream stream) {
    if (!post(() -> admit(stream))) {
      stream.fail(stopped());
    }
  }

  /** A stream has ended. Any thread. */
  void ended(HostStream stream) {
    post(
        () -> {
          open.remove(stream);
          unuse(stream.shared());
          if (stream.serving() != null && subscriptions.containsKey(stream.serving())) {
            retire(stream.serving());
          }
        });
  }

  private void admit(HostStream stream) {
    if (closing) {
      calls.callback(() -> stream.fail(stopped()));
    } else if (!stream.isEnded()) {
      open.add(stream);
      if (current != null && !current.isDraining()) {
        subscribe(stream, current);
      }
    }
  }

  private void subscribeLate(HostStream stream, Generation generation) {
    if (generation == current && !generation.isDraining() && !stream.isEnded()) {
      subscribe(stream, generation);
    }
  }

  private CompletableFuture<Void> subscribe(HostStream stream, Generation generation) {
    return stream.sharesPositionIn(generation)
        ? compete(stream, generation)
        : subscribeAlone(stream, generation);
  }

  private CompletableFuture<Void> subscribeAlone(HostStream stream, Generation generation) {
    unuse(stream.shared());
    stream.share(null);
    GenerationSubscription subscription = stream.nextSubscription(generation, this::newLedger);
    subscriptions.put(subscription, null);
    if (stream.isEnded()) {
      subscription.cancel();
      return CompletableFuture.completedFuture(null);
    }
    ConsumeRequest request = stream.requestFor(generation);
    return call(
        generation,
        () -> generation.messages(Mode.CONSUME).consume(request).subscribe(subscription),
        stream::fail);
  }

  private CompletableFuture<Void> compete(HostStream stream, Generation generation) {
    if (stream.shared() == null) {
      stream.share(positionOf(stream.request()));
    }
    ClientPosition position = stream.shared();
    CompetingStreams former = position.competing();
    CompetingStreams competing = position.competing(generation, calls::callback);
    boolean others = former != null && former != competing;
    List<GenerationSubscription> left = others ? forgetAll(position) : List.of();
    GenerationSubscription subscription = stream.nextSubscription(generation, this::newLedger);
    subscriptions.put(subscription, use(position));
    if (stream.isEnded()) {
      subscription.cancel();
      competing.unexpect(subscription);
      return CompletableFuture.completedFuture(null);
    }
    return call(
        generation,
        () -> {
          left.forEach(GenerationSubscription::giveBack); // before it may come again
          competing.subscribe(subscription);
        },
        error -> {
          competing.failed(subscription, error);
          stream.fail(error);
        });
  }

  /** The subscriptions that go by a position: their streams have ended. */
  private List<GenerationSubscription> forgetAll(ClientPosition position) {
    List<GenerationSubscription> ended =
        subscriptions.entrySet().stream()
            .filter(entry -> entry.getValue() == position)
            .map(Map.Entry::getKey)
            .toList();
    ended.forEach(this::forget);
    return ended;
  }

  /** Calls the plugin; what it fails with, outside of a drain, comes on a thread for callbacks. */
  private CompletableFuture<Void> call(
      Generation generation, Runnable consume, Consumer<DetachedException> failed) {
    CompletableFuture<Void> subscribed =
        calls.call(
            "consume",
            generation.loader(),
            generation.settings().callTimeout(),
            () -> {
              consume.run();
              return null;
            },
            late -> {});
    subscribed.whenComplete(
        (done, error) -> {
          if (error != null && !generation.isDraining()) {
            calls.callback(() -> failed.accept(DetachedException.of(error)));
          }
        });
    return subscribed;
  }

  private SettlementLedger newLedger(Generation generation, ContiguousPosition position) {
    return new SettlementLedger(generation, control, calls::callback, ignoredSettlements, position);
  }

  /** Gives a stream that has ended the drain time to settle the rest. */
  private void retire(GenerationSubscription subscription) {
    if (subscription.ledger() == null && subscription.isReleased()) {
      forget(subscription);
    } else {
      control.schedule(() -> giveBack(subscription), subscription.generation().settings().drain());
    }
  }

  private void forget(GenerationSubscription subscription) {
    unuse(subscriptions.remove(subscription));
  }

  private ClientPosition positionOf(ConsumeRequest request) {
    ClientPosition.Key key = ClientPosition.Key.of(request, endpoint);
    return use(positions.computeIfAbsent(key, added -> new ClientPosition(key, request)));
  }

  private static ClientPosition use(ClientPosition position) {
    if (position != null) {
      position.use();
    }
    return position;
  }

  private void unuse(ClientPosition position) {
    if (position != null && position.leave()) {
      positions.remove(position.key());
    }
  }

  private void giveBack(GenerationSubscription subscription) {
    if (subscriptions.containsKey(subscription)) {
      forget(subscription);
      calls.callback(subscription::giveBack);
    }
  }

  private boolean post(Runnable task) {
    try {
      control.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the runtime has stopped
    }
  }

  private DetachedException stopped() {
    return new DetachedException(
        ErrorCode.ENDPOINT_STOPPED, "endpoint '" + endpoint + "' is stopped", false);
  }
}
