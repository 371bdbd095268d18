/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.plugin;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointCounters;
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
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An endpoint of a {@link FakePlugin}. It keeps to the contract, but for what the script says. */
public final class FakeEndpoint implements MessageEndpoint, ProxyEndpoint {

  /** Requests that consumers came with. */
  public final List<ConsumeRequest> consumed = new CopyOnWriteArrayList<>();

  /** Requests that processors were made for. */
  public final List<PublishRequest> processors = new CopyOnWriteArrayList<>();

  /** The open consumers. */
  public final List<FakeConsumer> consumers = new CopyOnWriteArrayList<>();

  public volatile boolean closed;

  /** Whether it was stopped for a successor. */
  public volatile boolean handedOver;

  public final AtomicLong in = new AtomicLong();

  public final AtomicLong skipped = new AtomicLong();

  private final FakePlugin plugin;
  private final EndpointConfiguration configuration;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(2, FakeEndpoint::newThread);

  /** Confirms messages in the order in which they came. */
  private final ScheduledExecutorService backend =
      Executors.newSingleThreadScheduledExecutor(FakeEndpoint::newThread);

  private final Map<Message, CompletableFuture<Receipt>> inFlight = new ConcurrentHashMap<>();
  private final List<StatusListener> listeners = new CopyOnWriteArrayList<>();
  private volatile EndpointStatus status =
      EndpointStatus.builder(EndpointState.STOPPED, Instant.now()).build();
  private volatile boolean stopping;
  private volatile boolean over;
  private CompletableFuture<Void> stopped;

  FakeEndpoint(FakePlugin plugin, EndpointConfiguration configuration) {
    this.plugin = plugin;
    this.configuration = configuration;
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(null, work, "fake", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  public EndpointConfiguration configuration() {
    return configuration;
  }

  @Override
  public String name() {
    return configuration.name();
  }

  /** All, or those that the configuration names. */
  @Override
  public Set<Mode> modes() {
    Object modes = configuration.properties().get("modes");
    Set<Mode> enabled = EnumSet.noneOf(Mode.class);
    if (modes instanceof Collection<?> names) {
      names.forEach(name -> enabled.add(Mode.valueOf((String) name)));
      return enabled;
    }
    return EnumSet.allOf(Mode.class);
  }

  @Override
  public Set<String> capabilities(EndpointType type) {
    return plugin.durable ? type.capabilities() : Set.of(EndpointType.RESUME);
  }

  @Override
  public CompletionStage<Void> prepare() {
    return FakePlugin.call(plugin.onPrepare);
  }

  @Override
  public CompletionStage<Void> start() {
    CompletionStage<Void> started = FakePlugin.call(plugin.onStart);
    report(EndpointState.UP, "");
    return started;
  }

  /** Has the endpoint report a state. */
  public void report(EndpointState state, String reason) {
    EndpointStatus next = EndpointStatus.builder(state, Instant.now()).reason(reason).build();
    status = next;
    listeners.forEach(listener -> listener.statusChanged(next));
  }

  @Override
  public EndpointStatus status() {
    EndpointCounters counters =
        EndpointCounters.builder()
            .in(in.get())
            .skipped(skipped.get())
            .unsettled(consumers.stream().mapToInt(FakeConsumer::unsettled).sum())
            .build();
    Map<String, Object> details = new FakeDetails(plugin.details);
    return status.toBuilder().details(details).counters(counters).build();
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    listeners.remove(listener);
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    return subscriber -> {
      consumed.add(request);
      FakePlugin.call(plugin.onConsume);
      DeliverySubscription.open(
          name(),
          subscriber,
          threads,
          subscription -> {
            FakeConsumer consumer = new FakeConsumer(this, plugin, request, subscription);
            consumers.add(consumer);
            if (stopping) {
              consumer.end();
            }
            return consumer;
          });
    };
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    if (stopping) {
      return CompletableFuture.completedStage(stopped(message));
    }
    if (plugin.rejection != null && plugin.confirmMillis == 0) {
      return CompletableFuture.completedStage(
          Receipt.rejected(message, plugin.rejection, Attributes.of("fake.by", name())));
    }
    if (inFlight.size() >= plugin.window) {
      return CompletableFuture.completedStage(
          Receipt.rejected(message, new FakeException(ErrorCode.OVERLOADED, "window full")));
    }
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    inFlight.put(message, receipt);
    if (plugin.confirmMillis > 0) {
      confirmLater(message, receipt);
    } else {
      confirm(message, receipt);
    }
    if (over && inFlight.remove(message) != null) { // who ended it may not have seen it
      receipt.complete(stopped(message));
    }
    return receipt;
  }

  private void confirmLater(Message message, CompletableFuture<Receipt> receipt) {
    try {
      backend.schedule(
          () -> confirm(message, receipt), plugin.confirmMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      receipt.complete(stopped(message));
    }
  }

  private static Receipt stopped(Message message) {
    return Receipt.rejected(message, new FakeException(ErrorCode.ENDPOINT_STOPPED, "stopped"));
  }

  private void confirm(Message message, CompletableFuture<Receipt> receipt) {
    if (plugin.overloadedFirst > 0) {
      plugin.overloadedFirst--; // the backend has one thread
      inFlight.remove(message);
      receipt.complete(
          Receipt.rejected(message, new FakeException(ErrorCode.OVERLOADED, "window full")));
    } else if (plugin.rejection != null) {
      inFlight.remove(message);
      receipt.complete(
          Receipt.rejected(message, plugin.rejection, Attributes.of("fake.by", name())));
    } else if (plugin.confirms && inFlight.remove(message) != null) {
      plugin.tape.write(message);
      receipt.complete(Receipt.confirmed(message, Attributes.of("fake.by", name())));
    }
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    if (plugin.refusesProcessors) {
      throw plugin.rejection;
    }
    processors.add(request);
    return new PublishingProcessor(name(), this::publish, 64, 1 << 20, threads);
  }

  @Override
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    return plugin.onExchange.apply(request);
  }

  /** Has everything settle or be confirmed within the drain time; then the rest goes back. */
  @Override
  public synchronized CompletionStage<Void> stop(Duration drain) {
    FakePlugin.call(plugin.onStop);
    if (stopped == null) {
      stopping = true;
      stopped = new CompletableFuture<>();
      consumers.forEach(FakeConsumer::end);
      drainUntil(System.nanoTime() + drain.toNanos());
    }
    return stopped;
  }

  @Override
  public CompletionStage<Void> handOver(Duration drain) {
    handedOver = true;
    return stop(drain);
  }

  private void drainUntil(long deadline) {
    boolean quiet = inFlight.isEmpty() && consumers.stream().allMatch(FakeConsumer::isQuiet);
    if (!quiet && System.nanoTime() < deadline) {
      threads.schedule(() -> drainUntil(deadline), 1, TimeUnit.MILLISECONDS);
      return;
    }
    consumers.forEach(FakeConsumer::giveBack);
    over = true;
    new ArrayList<>(inFlight.entrySet())
        .forEach(entry -> entry.getValue().complete(stopped(entry.getKey())));
    report(EndpointState.STOPPED, "");
    stopped.complete(null);
    threads.shutdown();
    backend.shutdownNow();
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
    closed = true;
  }
}
