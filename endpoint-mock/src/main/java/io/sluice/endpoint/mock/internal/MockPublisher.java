/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.publishing.MessageSender;
import io.sluice.endpoint.support.publishing.Outbox;
import io.sluice.endpoint.support.publishing.Publication;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sends messages to the backend that is not there. While the connection is down they wait, and go
 * out in order when it is up.
 */
final class MockPublisher implements Outbox.Transport<Message> {

  private final Duration latency;
  private final boolean echo;
  private final MockConnection connection;
  private final Broker broker;
  private final SharedWorkers workers;
  private final Outbox<Message> outbox;

  /** The publication that is reported to be due; as the number, owned by the outbox's task. */
  private Publication<Message> awaited;

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
    this.outbox =
        new Outbox<>(
            endpoint, workers, workers, settings.inFlight().timeout(), meter, refusal, this);
  }

  /** A sender whose messages count as confirmed when that QoS says so. */
  MessageSender sender(Qos qos) {
    return outbox.sender(qos, Function.identity());
  }

  /** Begins to send. */
  void open() {
    outbox.open();
  }

  /** The connection is up. */
  void connected() {
    outbox.signal();
  }

  /** Whether every message has its receipt. */
  boolean isDrained() {
    return outbox.isDrained();
  }

  /**
   * Rejects everything that has no receipt yet. Nothing more is sent, as the refusal tells.
   *
   * @return completes when what was there has its receipt
   */
  CompletionStage<Void> close(EndpointException error) {
    return outbox.close(error);
  }

  @Override
  public boolean handOver(Publication<Message> next) {
    if (!connection.isUp() || !isDue(next)) {
      return false;
    }
    take(next);
    return true;
  }

  @Override
  public EndpointException overdue(Publication<Message> publication) {
    broker.withdraw(publication);
    return EndpointException.retryable(
        ErrorCode.TIMEOUT, "the message was not confirmed within producer.timeout");
  }

  private boolean isDue(Publication<Message> next) {
    if (latency.isZero()) {
      return true;
    }
    Duration rest = latency.minusNanos(next.ageNanos());
    if (rest.isZero() || rest.isNegative()) {
      return true;
    }
    if (awaited != next) {
      awaited = next;
      workers.after(rest, outbox::signal);
    }
    return false;
  }

  private void take(Publication<Message> publication) {
    long taken = index++;
    Attributes receipt = Attributes.of(MockAttributes.INDEX, taken);
    if (connection.faults().rejectsPublish(taken)) {
      publication.reject(MockErrors.rejected());
    } else if (echo) {
      broker.publish(new Echo(publication, receipt, workers));
    } else {
      publication.confirm(receipt);
    }
  }
}
