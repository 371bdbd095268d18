/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.framework;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import io.sluice.endpoint.support.schema.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;

/** An endpoint on a topic of the broker; what it consumes and publishes is the same topic. */
public final class ScriptedEndpoint implements MessageEndpoint {

  /** The configuration that it was made with. */
  public final Settings settings;

  private final String name;
  private final ScriptedBroker broker;
  private final String topic;
  private final List<StatusListener> listeners = new CopyOnWriteArrayList<>();
  private final List<ScriptedSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final List<DeliverySubscription> open = new CopyOnWriteArrayList<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private volatile EndpointStatus status = of(EndpointState.STOPPED);

  ScriptedEndpoint(String name, Settings settings, ScriptedBroker broker) {
    this.name = name;
    this.settings = settings;
    this.broker = broker;
    this.topic = settings.text("topic");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return EnumSet.of(Mode.CONSUME, Mode.PUBLISH);
  }

  @Override
  public EndpointStatus status() {
    return status;
  }

  @Override
  public CompletionStage<Void> start() {
    enter(EndpointState.UP);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    return subscriber ->
        open.add(
            DeliverySubscription.open(
                name,
                subscriber,
                thread,
                subscription -> {
                  ScriptedSubscription source =
                      new ScriptedSubscription(broker, topic, subscription);
                  subscriptions.add(source);
                  return source;
                }));
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    broker.publish(topic, message);
    return CompletableFuture.completedStage(Receipt.confirmed(message, Attributes.empty()));
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    return new PublishingProcessor(name, this::publish, 16, 1 << 20, thread);
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    listeners.remove(listener);
  }

  /** Waits for what is unsettled, then gives it back. */
  @Override
  public CompletionStage<Void> stop(Duration drain) {
    return CompletableFuture.runAsync(() -> drainAndClose(drain), task -> new Thread(task).start());
  }

  @Override
  public void close() {
    drainAndClose(Duration.ZERO);
  }

  private void drainAndClose(Duration drain) {
    open.forEach(DeliverySubscription::complete);
    long deadline = System.nanoTime() + drain.toNanos();
    while (System.nanoTime() < deadline
        && !subscriptions.stream().allMatch(ScriptedSubscription::isSettled)) {
      Thread.onSpinWait();
    }
    subscriptions.forEach(ScriptedSubscription::giveBack);
    thread.shutdown();
    enter(EndpointState.STOPPED);
  }

  private void enter(EndpointState state) {
    EndpointStatus entered = of(state);
    status = entered;
    listeners.forEach(listener -> listener.statusChanged(entered));
  }

  private static EndpointStatus of(EndpointState state) {
    return EndpointStatus.builder(state, Instant.now()).build();
  }
}
