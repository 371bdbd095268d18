/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for the backend, in memory: a queue for each client id, and echoes that wait for the first
 * consumer. Nothing outlives the endpoint.
 *
 * <p>When a consumer goes, what it got and has not settled may still be settled for {@link
 * #SETTLEMENT_TIMEOUT}, or until the next consumer of its client id comes; then it is delivered
 * again. A client id without consumers for that long gets no echoes any more: those that it has not
 * settled count as settled if other client ids have them, else they wait for the next consumer of
 * any. Its position is kept for as long as there are not too many such client ids; a forgotten one
 * begins anew.
 *
 * <p>Which queues there are is guarded by this object; each queue guards itself.
 */
final class Broker {

  /** How long the deliveries of a consumer that has gone can be settled. */
  static final Duration SETTLEMENT_TIMEOUT = Duration.ofSeconds(5);

  /** Where an echo waits. */
  private enum Place {
    /** With every client id that has a consumer: confirmed when they have settled it. */
    WITH_QUEUES,
    /** For the first consumer that comes: confirmed now. */
    KEPT,
    /**
     * For the first consumer that comes, if its publisher waits for the confirmation, else dropped.
     */
    BEYOND_ROOM,
    /** The endpoint takes no more. */
    NOWHERE
  }

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  private final String endpoint;
  private final MockSettings settings;
  private final SharedWorkers workers;
  private final EndpointMeter meter;

  private final ClientQueues queues;
  private final EchoBuffer backlog;
  private boolean draining;

  Broker(String endpoint, MockSettings settings, SharedWorkers workers, EndpointMeter meter) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.queues = new ClientQueues(settings);
    this.workers = workers;
    this.meter = meter;
    this.backlog = new EchoBuffer(settings.inFlight());
  }

  /** The queue of a client id, which may be new. */
  synchronized ClientQueue queue(String clientId) {
    return queues.of(clientId);
  }

  /**
   * A consumer takes messages from now on, unless it is over already.
   *
   * @param position where it goes on; empty to go on where the client id is
   */
  synchronized void join(MockSubscription consumer, Optional<MockPosition> position) {
    if (consumer.isOver()) {
      return;
    }
    ClientQueue queue = consumer.queue();
    position.ifPresent(queue::resume);
    queue.join(consumer, workers);
    handOver(queue);
  }

  /** Gives an echo to all client ids, or keeps it for the first who comes. */
  void publish(Echo echo) {
    Place place = place(echo);
    if (place == Place.NOWHERE) {
      reject(List.of(echo));
    } else if (place == Place.KEPT || !echo.awaitsConfirmation()) {
      echo.confirm();
    }
  }

  /** Takes back a message that was given up; a consumer that has it already keeps it. */
  synchronized void withdraw(Publication<Message> publication) {
    backlog.remove(publication);
    queues.all().forEach(queue -> queue.withdraw(publication));
  }

  /** Takes back what a consumer did not settle. */
  void giveBack(ClientQueue queue, List<QueuedMessage> unsettled) {
    queue.giveBack(unsettled);
    List<Echo> unheard;
    synchronized (this) {
      unheard = draining ? queue.takeEchoes() : List.of();
    }
    reject(unheard);
  }

  /** A consumer has gone. */
  synchronized void left(MockSubscription consumer) {
    ClientQueue queue = consumer.queue();
    queue.leave(consumer);
    if (!draining && !(queue.isActive() && consumer.unsettled() == 0)) {
      workers.after(SETTLEMENT_TIMEOUT, () -> graceOver(consumer));
    }
  }

  /** The connection is up: there may be something for all consumers. */
  synchronized void connected() {
    queues.all().forEach(ClientQueue::wakeUp);
  }

  /** Refuses what no consumer has. */
  void drain() {
    List<Echo> unheard = new ArrayList<>();
    synchronized (this) {
      draining = true;
      for (ClientQueue queue : queues.all()) {
        unheard.addAll(queue.takeEchoes());
      }
      for (Echo echo = backlog.poll(); echo != null; echo = backlog.poll()) {
        unheard.add(echo);
      }
    }
    reject(unheard);
  }

  /** Whether no consumer is left, and nothing unsettled. */
  synchronized boolean isDrained() {
    return queues.areDrained();
  }

  /** How many messages wait for consumers; negative if there is no limit. */
  synchronized long lag() {
    long lag = queues.lag();
    return lag < 0 ? lag : lag + backlog.size();
  }

  private void handOver(ClientQueue queue) {
    for (Echo echo = backlog.poll(); echo != null; echo = backlog.poll()) {
      echo.owedBy(1);
      queue.add(echo);
    }
  }

  private synchronized Place place(Echo echo) {
    if (draining) {
      return Place.NOWHERE;
    }
    List<ClientQueue> present = queues.present();
    if (present.isEmpty()) {
      return keep(echo);
    }
    give(echo, present);
    return Place.WITH_QUEUES;
  }

  private Place keep(Echo echo) {
    boolean room = !backlog.isFull();
    if (room || echo.awaitsConfirmation()) {
      backlog.add(echo);
    } else {
      meter.dropped();
    }
    return room ? Place.KEPT : Place.BEYOND_ROOM;
  }

  private void give(Echo echo, List<ClientQueue> present) {
    echo.owedBy(present.size());
    for (ClientQueue queue : present) {
      if (queue.isFull() && !echo.awaitsConfirmation()) {
        meter.dropped();
      } else {
        queue.add(echo);
      }
    }
  }

  private void graceOver(MockSubscription consumer) {
    ClientQueue queue = consumer.queue();
    consumer.close();
    List<Echo> safe = new ArrayList<>();
    synchronized (this) {
      if (queue.isActive() || draining) {
        return;
      }
      boolean alone = queues.present().isEmpty();
      for (Echo echo : queue.takeEchoes()) {
        if (!alone) {
          echo.settled();
        } else if (keep(echo) == Place.KEPT) {
          safe.add(echo);
        }
      }
    }
    safe.forEach(Echo::confirm);
  }

  private void reject(List<Echo> unheard) {
    long confirmed = unheard.stream().filter(Echo::isDone).count();
    if (confirmed > 0) {
      LOG.warn(
          "Endpoint '{}' stops with {} echoed messages that no consumer has taken",
          endpoint,
          confirmed);
    }
    unheard.forEach(echo -> echo.reject(Refusals.stopped(endpoint)));
  }
}
