/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** An endpoint that is always up, and delivers to each subscriber what was published before. */
public final class QueueEndpoint implements MessageEndpoint {

  /** What was published. */
  public final List<Message> messages = new CopyOnWriteArrayList<>();

  private final String name;

  public QueueEndpoint(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return Set.of(Mode.CONSUME, Mode.PUBLISH);
  }

  @Override
  public EndpointStatus status() {
    return EndpointStatus.builder(EndpointState.UP, Instant.EPOCH).build();
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    messages.add(message);
    return CompletableFuture.completedStage(Receipt.confirmed(message, Attributes.empty()));
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    return subscriber -> {
      SubmissionPublisher<Delivery> deliveries = new SubmissionPublisher<>();
      deliveries.subscribe(subscriber);
      messages.forEach(message -> deliveries.submit(new Unsettled(message)));
    };
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    throw new UnsupportedOperationException("not used by operators");
  }

  @Override
  public CompletionStage<Void> start() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {}

  @Override
  public void addStatusListener(StatusListener listener) {}

  @Override
  public void removeStatusListener(StatusListener listener) {}

  private record Unsettled(Message message) implements Delivery {

    @Override
    public void ack() {}

    @Override
    public void nack(Nack how) {}
  }
}
