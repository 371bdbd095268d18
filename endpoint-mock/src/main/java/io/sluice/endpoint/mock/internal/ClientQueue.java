/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageIdFormat;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.publishing.Publication;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * What one client id is to get: what came back unsettled, then what was echoed, then what is
 * generated. Its consumers compete for it.
 *
 * <p>Safe for use by many threads. What waits is guarded by this object; the cursor, which is all
 * that counts when messages are generated on demand, takes no lock.
 */
final class ClientQueue {

  private final String clientId;
  private final MessageSequence messages;
  private final Cursor cursor;
  private final Duration interval;
  private final boolean endless;

  /** Consumers that take messages. */
  private final List<MockSubscription> active = new CopyOnWriteArrayList<>();

  /** Consumers that are over and have something unsettled. */
  private final List<MockSubscription> lingering = new CopyOnWriteArrayList<>();

  private final Deque<QueuedMessage> returned = new ArrayDeque<>();
  private final EchoBuffer echoes;
  private volatile boolean waiting;
  private MessageIdFormat echoFormat = MockPosition.echoFormat(0);
  private long echoFormatIndex;
  private long echoed;
  private Future<?> ticks;

  ClientQueue(String clientId, MockSettings settings, MessageSequence messages) {
    this.clientId = clientId;
    this.messages = messages;
    this.cursor = new Cursor(settings.messages(), settings.consumer().unsettled().messages());
    this.interval = settings.messages().interval();
    this.endless = settings.echo();
    this.echoes = new EchoBuffer(settings.inFlight());
  }

  String clientId() {
    return clientId;
  }

  /** Takes what came back or was echoed; null if there is nothing. */
  QueuedMessage pollWaiting() {
    return waiting ? takeWaiting() : null;
  }

  /** Takes the next generated message; null if there is none now. */
  Message pollGenerated() {
    long index = cursor.take();
    return index == Cursor.NONE ? null : messages.message(index, System.currentTimeMillis());
  }

  /** The size in bytes of what {@link #pollGenerated()} takes next, to a few bytes. */
  int generatedSize() {
    return messages.size();
  }

  /** Puts messages back, before all others and in their order, to be delivered again. */
  void giveBack(List<QueuedMessage> unsettled) {
    if (unsettled.isEmpty()) {
      return;
    }
    synchronized (this) {
      for (int i = unsettled.size() - 1; i >= 0; i--) {
        returned.addFirst(unsettled.get(i));
      }
      waiting = true;
    }
    wakeUp();
  }

  /** Adds an echo, also beyond what the buffer should hold. */
  void add(Echo echo) {
    synchronized (this) {
      echoes.add(echo);
      waiting = true;
    }
    wakeUp();
  }

  /** Whether so many echoes wait that those whose loss is accepted should be dropped. */
  synchronized boolean isFull() {
    return echoes.isFull();
  }

  /** Takes out all echoes, those that came back first. */
  synchronized List<Echo> takeEchoes() {
    List<Echo> taken = new ArrayList<>();
    returned.stream().map(QueuedMessage::echo).filter(echo -> echo != null).forEach(taken::add);
    returned.removeIf(message -> message.echo() != null);
    for (Echo echo = echoes.poll(); echo != null; echo = echoes.poll()) {
      taken.add(echo);
    }
    waiting = !returned.isEmpty();
    return taken;
  }

  /** Takes out what was published, unless it is with a consumer. */
  synchronized void withdraw(Publication<Message> publication) {
    echoes.remove(publication);
    returned.removeIf(message -> message.echo() != null && message.echo().isOf(publication));
  }

  /**
   * Goes on after a message. Of two consumers that say different things the lower position wins; a
   * consumer alone decides, and what was generated and came back before is settled by that.
   */
  synchronized void resume(MockPosition position) {
    echoed = Math.max(echoed, position.echoes());
    if (isActive()) {
      cursor.moveBackTo(position.next());
    } else {
      returned.removeIf(message -> message.echo() == null);
      cursor.moveTo(position.next());
    }
  }

  /** Whether all messages up to the count were taken and none can come any more but by return. */
  boolean isAtEnd() {
    return !endless && cursor.isAtEnd();
  }

  /** Whether nothing can come any more. */
  boolean isExhausted() {
    return isAtEnd()
        && !waiting
        && active.stream().noneMatch(MockSubscription::isHolding)
        && lingering.stream().noneMatch(MockSubscription::isHolding);
  }

  long unsettled() {
    return Stream.concat(active.stream(), lingering.stream())
        .mapToLong(MockSubscription::unsettled)
        .sum();
  }

  /** How many messages wait; negative if there is no limit. */
  synchronized long lag() {
    long available = cursor.available();
    return available < 0 ? available : available + returned.size() + echoes.size();
  }

  /** Whether a consumer takes messages. */
  boolean isActive() {
    return active.stream().anyMatch(consumer -> !consumer.isLingering());
  }

  /** Whether no consumer is left, and nothing unsettled. */
  boolean isDrained() {
    return active.isEmpty() && unsettled() == 0;
  }

  /** Whether forgetting the queue loses no more than its position. */
  synchronized boolean isIdle() {
    return active.isEmpty()
        && lingering.isEmpty()
        && echoes.isEmpty()
        && returned.stream().allMatch(message -> message.echo() == null);
  }

  /** A consumer takes messages from now on. */
  synchronized void join(MockSubscription consumer, SharedWorkers workers) {
    active.add(consumer);
    if (ticks == null && !interval.isZero()) {
      ticks = workers.every(interval, this::tick);
    }
  }

  /** A consumer takes no more messages; lingers if something it got is unsettled. */
  synchronized void leave(MockSubscription consumer) {
    if (active.remove(consumer) && consumer.unsettled() > 0) {
      lingering.add(consumer);
      consumer.ended().thenRun(() -> lingering.remove(consumer));
    }
    if (active.isEmpty() && ticks != null) {
      ticks.cancel(false);
      ticks = null;
    }
  }

  /** Tells the consumers that there may be something for them, or nothing any more. */
  void wakeUp() {
    active.forEach(MockSubscription::wakeUp);
  }

  private void tick() {
    cursor.tick();
    wakeUp();
  }

  private synchronized QueuedMessage takeWaiting() {
    QueuedMessage next = returned.poll();
    if (next == null) {
      Echo echo = echoes.poll();
      next = echo == null ? null : new QueuedMessage(identified(echo.message()), echo);
    }
    waiting = !returned.isEmpty() || !echoes.isEmpty();
    return next;
  }

  private Message identified(Message message) {
    long next = cursor.next();
    if (next != echoFormatIndex) {
      echoFormatIndex = next;
      echoFormat = MockPosition.echoFormat(next);
    }
    return message.toBuilder().id(echoFormat, ++echoed).build();
  }
}
