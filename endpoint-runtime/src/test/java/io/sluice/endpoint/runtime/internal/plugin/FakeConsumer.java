/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.plugin;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** One consumer of a tape, with a window of unsettled deliveries. */
public final class FakeConsumer implements DeliverySource {

  /** Deliveries that may be unsettled. */
  public static final int WINDOW = 256;

  /** How deliveries were settled: {@code ack 7}, {@code REQUEUE 8} … for a script's eyes. */
  public final List<String> settled = new CopyOnWriteArrayList<>();

  /** What the runtime asked to be ended with. */
  public final DeliverySubscription subscription;

  private final FakeEndpoint endpoint;
  private final Tape tape;
  private final FakePlugin plugin;
  private final ConsumeRequest request;
  private final String client;
  private final Queue<Message> requeued = new ConcurrentLinkedQueue<>();
  private final TreeMap<Long, FakeDelivery> unsettled = new TreeMap<>();
  private long next;
  private long sequence;
  private volatile boolean ended;
  private volatile boolean closed;
  private volatile boolean recording = true;

  FakeConsumer(
      FakeEndpoint endpoint,
      FakePlugin plugin,
      ConsumeRequest request,
      DeliverySubscription subscription) {
    this.endpoint = endpoint;
    this.tape = plugin.tape;
    this.plugin = plugin;
    this.request = request;
    this.client = request.clientId().orElse(endpoint.name());
    this.subscription = subscription;
    this.next = request.resumeAfter().map(id -> Long.parseLong(id) + 1).orElse(0L);
  }

  @Override
  public synchronized Delivery poll() {
    if (ended || isFull()) {
      return null;
    }
    Message message = requeued.poll();
    if (message == null) {
      message = plugin.durable ? tape.take(client) : fromTape();
    }
    if (message == null) {
      if (plugin.completes) {
        subscription.complete();
      }
      return null;
    }
    endpoint.in.incrementAndGet();
    if (request.qos() == Qos.NONE || request.qos() == Qos.AT_MOST_ONCE) {
      return Delivery.settled(message);
    }
    FakeDelivery delivery = new FakeDelivery(sequence++, message);
    unsettled.put(delivery.sequence, delivery);
    return delivery;
  }

  /** The window counts from the oldest unsettled delivery on, as an acknowledgement window does. */
  private boolean isFull() {
    return !unsettled.isEmpty() && sequence - unsettled.firstKey() >= WINDOW;
  }

  private Message fromTape() {
    return next < tape.length ? Tape.message(next++) : null;
  }

  @Override
  public void delivered(Delivery delivery) {
    if (request.qos() == Qos.AUTO) {
      ((FakeDelivery) delivery).settle("auto");
    }
  }

  @Override
  public void closed() {
    closed = true;
  }

  /** Forgets how deliveries are settled, for long runs. */
  public void stopRecording() {
    recording = false;
  }

  synchronized int unsettled() {
    return unsettled.size();
  }

  void end() {
    ended = true;
    subscription.complete();
  }

  /** Whether the subscription is over. */
  public boolean isClosed() {
    return closed;
  }

  boolean isQuiet() {
    return closed && unsettled() == 0;
  }

  synchronized void giveBack() {
    if (plugin.durable) {
      new TreeMap<>(unsettled)
          .descendingMap()
          .values()
          .forEach(delivery -> tape.giveBack(client, delivery.message));
    }
    unsettled.clear();
  }

  /** A delivery whose class no host may see. */
  final class FakeDelivery implements Delivery {

    private final long sequence;
    private final Message message;
    private final AtomicBoolean done = new AtomicBoolean();

    FakeDelivery(long sequence, Message message) {
      this.sequence = sequence;
      this.message = message;
    }

    @Override
    public Message message() {
      FakePlugin.call(plugin.onMessage);
      return message;
    }

    @Override
    public void ack() {
      settle("ack");
    }

    @Override
    public void nack(Nack how) {
      if (settle(how.name()) && how == Nack.REQUEUE) {
        Object count = message.attributes().get(COUNT_ATTRIBUTE);
        int deliveries = count == null ? 2 : (Integer) count + 1;
        requeued.add(message.toBuilder().attribute(COUNT_ATTRIBUTE, deliveries).build());
        subscription.wakeUp();
      }
    }

    private boolean settle(String how) {
      synchronized (FakeConsumer.this) {
        if (!done.compareAndSet(false, true) || unsettled.remove(sequence) == null) {
          return false;
        }
      }
      if (recording) {
        settled.add(how + " " + message.text());
      }
      subscription.wakeUp();
      return true;
    }
  }
}
