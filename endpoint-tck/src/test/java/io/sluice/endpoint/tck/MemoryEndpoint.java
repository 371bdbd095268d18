/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * An endpoint on a {@link MemoryBroker} that keeps the contract, unless it has a {@link Bug}.
 *
 * <p>One thread, the loop, owns everything but the counters; the life cycle is guarded by this.
 */
final class MemoryEndpoint implements MessageEndpoint, ProxyEndpoint {

  private static final List<Object> HELD = new CopyOnWriteArrayList<>();

  private final String name;
  private final MemorySettings settings;
  private final boolean resumes;
  private final Bug bug;
  private volatile boolean handedOver;
  private final List<StatusListener> listeners = new CopyOnWriteArrayList<>();
  private final List<MemorySubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Map<CompletableFuture<Receipt>, Message> pending = new LinkedHashMap<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final MemoryExchanges exchanges;
  private final Runnable brokerListener = this::brokerChanged;
  private final AtomicLong in = new AtomicLong();
  private final AtomicLong out = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong unsettled = new AtomicLong();
  private final AtomicLong ignored = new AtomicLong();
  private final AtomicLong reconnects = new AtomicLong();
  private volatile EndpointStatus status;
  private ScheduledExecutorService loop;
  private MemoryBroker broker;
  private CompletableFuture<Void> started;
  private CompletableFuture<Void> stopped;
  private int published;
  private boolean afterLarge;

  MemoryEndpoint(String name, MemorySettings settings, boolean resumes, Bug bug) {
    this.name = name;
    this.settings = settings;
    this.resumes = resumes;
    this.bug = bug;
    EndpointState created = bug == Bug.CREATED_AS_UP ? EndpointState.UP : EndpointState.STOPPED;
    status = EndpointStatus.builder(created, Instant.now()).build();
    exchanges = new MemoryExchanges(settings, bug, out, failed);
    if (bug == Bug.CREATE_STARTS_THREAD) {
      loop().execute(() -> {});
    }
    if (bug == Bug.HELD_BY_STATIC) {
      HELD.add(this);
    }
  }

  // Life cycle

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return settings.modes();
  }

  @Override
  public Set<String> capabilities(EndpointType type) {
    return bug == Bug.CAPABILITY_OF_ITS_OWN ? Set.of("flying") : type.capabilities();
  }

  @Override
  public synchronized CompletionStage<Void> start() {
    if (stopped != null && bug == Bug.STARTS_AGAIN) {
      stopped = null;
      started = null;
      loop = null;
    }
    if (stopped != null && bug != Bug.UP_WINS_OVER_STOP) {
      return CompletableFuture.failedFuture(stoppedError());
    }
    if (started != null) {
      return bug == Bug.SECOND_START_FAILS
          ? CompletableFuture.failedFuture(new IllegalStateException("started already"))
          : started;
    }
    started = new CompletableFuture<>();
    broker = MemoryBroker.at(settings.address());
    change(EndpointState.STARTING, "");
    if (bug == Bug.LOGS_SECRET) {
      LoggerFactory.getLogger(MemoryEndpoint.class).info("Logging in: {}", settings.password());
    }
    if (isConnecting()) {
      loop();
    } else if (settings.isIn(Situation.REFUSES_CREDENTIALS)) {
      changeDown(
          bug == Bug.CREDENTIALS_ARE_A_NETWORK_ERROR
              ? ErrorCode.CONNECTION_LOST
              : ErrorCode.AUTHENTICATION_FAILED,
          "the broker does not know the user");
    } else if (broker == null) {
      if (bug == Bug.UNREACHABLE_IS_FAILURE) {
        started.completeExceptionally(
            new EndpointException(ErrorCode.CONNECTION_REFUSED, "nobody is there"));
      }
      changeDown(ErrorCode.CONNECTION_REFUSED, "nobody is there");
    } else {
      broker.addListener(brokerListener);
      if (bug == Bug.UP_WINS_OVER_STOP) {
        letStopOvertake();
      }
      change(EndpointState.UP, bug == Bug.SECRET_IN_STATUS ? settings.password() : "");
    }
    loop();
    started.complete(null);
    return started;
  }

  /** Releases the monitor until it has been stopped; else the bug would show only now and then. */
  private void letStopOvertake() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    try {
      while ((stopped == null || !stopped.isDone()) && System.nanoTime() < end) {
        wait(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public EndpointStatus status() {
    EndpointCounters counters =
        EndpointCounters.builder()
            .in(in.get())
            .out(bug == Bug.DOES_NOT_COUNT ? 0 : out.get())
            .bytesOut(bytesOut.get())
            .failed(failed.get())
            .unsettled(unsettled.get())
            .ignoredSettlements(ignored.get())
            .inFlight(inFlight() + exchanges.underWay())
            .reconnects(reconnects.get())
            .build();
    return status.toBuilder().counters(counters).build();
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    Objects.requireNonNull(listener);
    if (!listeners.contains(listener) || bug == Bug.LISTENER_TWICE) {
      listeners.add(listener);
    }
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    Objects.requireNonNull(listener);
    if (bug != Bug.KEEPS_LISTENERS) {
      listeners.remove(listener);
    }
  }

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    Objects.requireNonNull(drain);
    synchronized (this) {
      if (stopped != null) {
        return bug == Bug.SECOND_STOP_FAILS
            ? CompletableFuture.failedFuture(new IllegalStateException("stopped already"))
            : stopped;
      }
      stopped = new CompletableFuture<>();
      if (started == null) {
        if (bug != Bug.UNSTARTED_STOP_HANGS) {
          stopped.complete(null);
        }
        return stopped;
      }
      change(EndpointState.DRAINING, "");
    }
    execute(
        () -> {
          if (bug != Bug.NO_COMPLETION) {
            subscriptions.forEach(MemorySubscription::complete);
          }
          if (bug != Bug.STOP_WAITS_FOR_EVER && !isHanging()) {
            loop.schedule(this::finish, drain.toMillis(), TimeUnit.MILLISECONDS);
          }
          if (bug == Bug.STOP_DOES_NOT_WAIT) {
            finish();
          }
          settled();
        });
    return stopped;
  }

  @Override
  public void close() {
    try {
      stop(Duration.ZERO).toCompletableFuture().get(2, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      forceEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public CompletionStage<Void> handOver(Duration drain) {
    handedOver = true;
    return bug == Bug.HAND_OVER_GOES_ON ? CompletableFuture.completedFuture(null) : stop(drain);
  }

  /** Whether what is unsettled at the end is lost. */
  boolean forgets() {
    return bug == Bug.STOP_FORGETS || bug == Bug.HAND_OVER_FORGETS && handedOver;
  }

  /** So that the bugs that keep an endpoint from stopping do not leak into the next test. */
  private void forceEnd() {
    if (loop != null) {
      loop.shutdownNow();
    }
  }

  private void finish() {
    if (stopped.isDone()) {
      return;
    }
    if (broker != null) {
      broker.removeListener(brokerListener);
    }
    subscriptions.forEach(MemorySubscription::giveUp);
    if (bug != Bug.STOP_LEAVES_EXCHANGES) {
      exchanges.stop(stoppedError());
    }
    rejectPending();
    synchronized (this) {
      change(bug == Bug.UP_AFTER_STOP ? EndpointState.UP : EndpointState.STOPPED, "");
    }
    if (bug != Bug.THREAD_STAYS) {
      loop.shutdown();
    }
    stopped.complete(null);
  }

  private void rejectPending() {
    Map<CompletableFuture<Receipt>, Message> left;
    synchronized (pending) {
      left = new LinkedHashMap<>(pending);
      pending.clear();
    }
    left.forEach((future, message) -> future.complete(Receipt.rejected(message, stoppedError())));
  }

  void settledByConsumer() {
    if (status.state() == EndpointState.DRAINING) {
      execute(this::settled);
    }
  }

  /** Ends the drain time as soon as nothing is left to wait for. */
  private void settled() {
    if (status.state() == EndpointState.DRAINING
        && unsettled.get() == 0
        && !isHanging()
        && bug != Bug.ALWAYS_DRAINS) {
      finish();
    }
  }

  /** Whether it neither is connected nor can say why. */
  private boolean isConnecting() {
    return settings.isIn(Situation.NEVER_ANSWERS) || settings.isIn(Situation.RESOLVES_LATE);
  }

  /** Whether a bug keeps the endpoint from stopping. */
  private boolean isHanging() {
    return bug == Bug.FROZEN_STOP_HANGS && settings.isIn(Situation.FREEZES)
        || bug == Bug.CONNECTING_STOP_HANGS && settings.isIn(Situation.NEVER_ANSWERS)
        || bug == Bug.RESOLVING_STOP_HANGS && settings.isIn(Situation.RESOLVES_LATE);
  }

  private void changeDown(ErrorCode code, String why) {
    status = status.toBuilder().lastError(EndpointError.of(code, why, Instant.now())).build();
    change(EndpointState.DOWN, why);
  }

  private void change(EndpointState state, String reason) {
    status =
        EndpointStatus.builder(state, Instant.now())
            .reason(reason)
            .lastError(status.lastError().orElse(null))
            .build();
    for (StatusListener listener : listeners) {
      try {
        listener.statusChanged(status);
      } catch (RuntimeException e) {
        if (bug == Bug.LISTENER_FAILURE_SPREADS) {
          return;
        }
      }
    }
  }

  private void brokerChanged() {
    if (broker.isUp() != (status.state() == EndpointState.UP)) {
      execute(this::reconnect);
    }
    subscriptions.forEach(MemorySubscription::wakeUp);
  }

  private synchronized void reconnect() {
    if (!broker.isUp() && status.state() == EndpointState.UP) {
      changeDown(ErrorCode.CONNECTION_LOST, "the connection broke");
      subscriptions.forEach(MemorySubscription::lost);
    } else if (broker.isUp() && status.state() == EndpointState.DOWN && bug != Bug.NO_RECONNECT) {
      reconnects.incrementAndGet();
      change(EndpointState.UP, "");
      sendWaiting();
    }
  }

  synchronized ScheduledExecutorService loop() {
    if (loop == null) {
      ScheduledThreadPoolExecutor executor =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "sluice-memory-" + name + "-loop");
                thread.setDaemon(bug != Bug.USER_THREADS);
                return thread;
              });
      executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
      executor.setRemoveOnCancelPolicy(true);
      executor.prestartAllCoreThreads();
      loop = executor;
    }
    return loop;
  }

  void execute(Runnable task) {
    try {
      loop().execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has ended, so that nobody else touches what belongs to it.
      task.run();
    }
  }

  private static EndpointException stoppedError() {
    return new EndpointException(ErrorCode.ENDPOINT_STOPPED, "the endpoint was stopped");
  }

  /** Why the endpoint cannot be used in a mode now; null if it can. */
  private EndpointException refusal(Mode mode) {
    if (!settings.modes().contains(mode) && bug != Bug.IGNORES_MODES) {
      return new EndpointException(ErrorCode.MODE_DISABLED, "not configured to " + mode);
    }
    synchronized (this) {
      return stopped != null && bug != Bug.WORKS_AFTER_STOP ? stoppedError() : null;
    }
  }

  // Consuming

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    Objects.requireNonNull(request);
    return subscriber -> {
      Objects.requireNonNull(subscriber);
      MemorySubscription subscription =
          new MemorySubscription(this, settings, broker, request, subscriber, bug);
      EndpointException refusal = refusal(Mode.CONSUME);
      if (refusal == null) {
        refusal = subscription.refusal(resumes);
      }
      if (refusal == null && bug == Bug.EXHAUSTED_BY_CONSUMERS && subscriptions.size() > 50) {
        refusal = new EndpointException(ErrorCode.OVERLOADED, "too many consumers were there");
      }
      if (refusal != null) {
        subscription.reject(refusal);
        return;
      }
      subscriptions.add(subscription);
      subscription.open();
    };
  }

  void ended(MemorySubscription subscription) {
    if (bug != Bug.EXHAUSTED_BY_CONSUMERS) {
      subscriptions.remove(subscription);
    }
  }

  void countIn() {
    in.incrementAndGet();
  }

  void countIgnored() {
    ignored.incrementAndGet();
  }

  void countFailed() {
    failed.incrementAndGet();
  }

  AtomicLong unsettled() {
    return unsettled;
  }

  // Publishing

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    if (message == null && bug == Bug.ACCEPTS_NULL) {
      return new CompletableFuture<>();
    }
    Objects.requireNonNull(message);
    EndpointException refusal = refusal(Mode.PUBLISH);
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    if (refusal == null && bug != Bug.NEVER_OVERLOADED && inFlight() >= window()) {
      refusal = EndpointException.retryable(ErrorCode.OVERLOADED, "the window is full");
    }
    if (bug == Bug.SECRET_IN_ERROR) {
      refusal = new EndpointException(ErrorCode.REJECTED, "with " + settings.password());
    }
    if (refusal != null) {
      receipt.complete(Receipt.rejected(message, refusal));
      return receipt;
    }
    if (bug == Bug.BLOCKS_CALLER && settings.isIn(Situation.BLOCKS_PUBLISHERS)) {
      awaitStop();
    }
    synchronized (pending) {
      pending.put(receipt, message);
    }
    execute(() -> transmit(message, receipt));
    return receipt;
  }

  private void awaitStop() {
    try {
      new CompletableFuture<>().get(3, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // that was long enough
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What came while the connection was down, oldest first. */
  private void sendWaiting() {
    List<Runnable> all = new ArrayList<>(waiting);
    waiting.clear();
    if (bug == Bug.SENDS_LATEST_FIRST) {
      Collections.reverse(all);
    }
    all.forEach(Runnable::run);
  }

  private void transmit(Message message, CompletableFuture<Receipt> receipt) {
    if (isStalled() || bug == Bug.HANGS_ON_TOMBSTONE && message.payload() == null) {
      return;
    }
    if (!broker.isUp() || status.state() == EndpointState.DOWN) {
      waiting.add(() -> transmit(message, receipt));
      return;
    }
    if (settings.isIn(Situation.REFUSES_LARGE_MESSAGES) && isTooLarge(message)) {
      complete(receipt, Receipt.rejected(message, tooLarge()));
      return;
    }
    if (settings.flag("producer.refuse")) {
      failed.incrementAndGet();
      complete(receipt, Receipt.rejected(message, refused()));
      return;
    }
    published++;
    boolean lost = bug == Bug.LOSES_SOME && published % 50 == 0;
    if (!lost) {
      broker.append(altered(message));
    }
    out.incrementAndGet();
    bytesOut.addAndGet(message.size());
    complete(receipt, Receipt.confirmed(message, Attributes.empty()));
  }

  private boolean isStalled() {
    return settings.flag("producer.stall")
        || isConnecting()
        || settings.isIn(Situation.BLOCKS_PUBLISHERS)
        || settings.isIn(Situation.FREEZES);
  }

  private boolean isTooLarge(Message message) {
    boolean large = message.size() > 1024;
    boolean neighbour = bug == Bug.LARGE_TAKES_NEIGHBOUR && afterLarge;
    afterLarge = large;
    return large || neighbour;
  }

  private EndpointException tooLarge() {
    return bug == Bug.LARGE_IS_NO_FAULT_OF_IT
        ? EndpointException.retryable(ErrorCode.UNAVAILABLE, "the broker has no room")
        : new EndpointException(ErrorCode.MESSAGE_TOO_LARGE, "more than a kilobyte");
  }

  private Message altered(Message message) {
    if (bug == Bug.CORRUPTS_PAYLOAD) {
      return Message.of(message.text());
    }
    return bug == Bug.DROPS_HEADERS ? Message.of(message.payload()) : message;
  }

  private void complete(CompletableFuture<Receipt> future, Receipt receipt) {
    synchronized (pending) {
      pending.remove(future);
    }
    future.complete(receipt);
  }

  private int inFlight() {
    synchronized (pending) {
      return pending.size();
    }
  }

  int window() {
    return settings.number("producer.maxInFlight", 1024);
  }

  private static EndpointException refused() {
    return new EndpointException(ErrorCode.REJECTED, "the broker refuses everything");
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    Objects.requireNonNull(request);
    EndpointException refusal = refusal(Mode.PUBLISH);
    if (!request.overrides().isEmpty() && bug != Bug.IGNORES_PUBLISHER_OVERRIDES) {
      refusal = new EndpointException(ErrorCode.REQUEST_INVALID, "there is nothing to override");
    }
    return new MemoryProcessor(this, refusal, bug);
  }

  // Exchange

  @Override
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    Objects.requireNonNull(request);
    EndpointException refusal = refusal(Mode.EXCHANGE);
    return refusal == null ? exchanges.begin(request) : CompletableFuture.failedFuture(refusal);
  }

  @Override
  public String toString() {
    String secret = bug == Bug.SECRET_IN_TO_STRING ? settings.password() : "";
    return "MemoryEndpoint[" + name + ", " + new ArrayList<>(settings.modes()) + secret + "]";
  }
}
