/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageIdFormat;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One consumer of a {@link MemoryEndpoint}. Its state belongs to the endpoint's loop. */
final class MemorySubscription implements Flow.Subscription {

  private static final long GRACE_MILLIS = 100;

  /** Deliveries after which others get their turn on the loop. */
  private static final int SLICE = 256;

  private final MemoryEndpoint endpoint;
  private final MemorySettings settings;
  private final MemoryBroker broker;
  private final ConsumeRequest request;
  private final Flow.Subscriber<? super Delivery> subscriber;
  private final Bug bug;
  private final String clientId;
  private final Map<Long, MemoryBroker.Entry> open = Collections.synchronizedMap(new TreeMap<>());
  private final List<MemoryBroker.Entry> unacknowledged = new ArrayList<>();
  private final List<byte[]> hoard = new ArrayList<>();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicBoolean awake = new AtomicBoolean();
  private volatile boolean ended;
  private volatile boolean cancelled;
  private long delivered;
  private boolean draining;
  private boolean stuck;
  private boolean stoodStill;

  MemorySubscription(
      MemoryEndpoint endpoint,
      MemorySettings settings,
      MemoryBroker broker,
      ConsumeRequest request,
      Flow.Subscriber<? super Delivery> subscriber,
      Bug bug) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.broker = broker;
    this.request = request;
    this.subscriber = subscriber;
    this.bug = bug;
    this.clientId = clientId();
  }

  private String clientId() {
    return switch (bug == null ? Bug.NO_QOS : bug) {
      case NO_COMPETITION -> "consumer" + System.identityHashCode(this);
      case ONE_GROUP -> "everybody";
      default -> request.clientId().orElse(endpoint.name());
    };
  }

  /** What is wrong with the request; null if nothing is. */
  EndpointException refusal(boolean resumes) {
    if (!request.overrides().isEmpty() && bug != Bug.IGNORES_CONSUMER_OVERRIDES) {
      return new EndpointException(ErrorCode.REQUEST_INVALID, "there is nothing to override");
    }
    if (request.resumeAfter().isEmpty() || bug == Bug.IGNORES_RESUME) {
      return null;
    }
    if (!resumes) {
      return new EndpointException(ErrorCode.RESUME_UNSUPPORTED, "cannot resume");
    }
    if (!request.resumeAfter().get().matches("\\d+") && bug != Bug.ANY_POSITION) {
      return new EndpointException(ErrorCode.RESUME_POSITION_UNKNOWN, "no such id");
    }
    return null;
  }

  void reject(EndpointException error) {
    ended = true;
    subscriber.onSubscribe(this);
    subscriber.onError(error);
  }

  void open() {
    broker.join(clientId);
    request
        .resumeAfter()
        .filter(id -> id.matches("\\d+"))
        .map(Long::parseLong)
        .ifPresent(
            position ->
                broker.seek(clientId, bug == Bug.RESUMES_TOO_EARLY ? position : position + 1));
    endpoint.execute(
        () -> {
          subscriber.onSubscribe(this);
          wakeUp();
        });
  }

  @Override
  public void request(long count) {
    if (count <= 0 && bug != Bug.ACCEPTS_ZERO) {
      endpoint.execute(() -> fail(new IllegalArgumentException("rule 3.9: " + count)));
      return;
    }
    demand.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    if (bug == Bug.ONE_TOO_MANY) {
      demand.updateAndGet(n -> n == Long.MAX_VALUE ? n : n + 1);
    }
    if (bug == Bug.RECURSES) {
      drain();
    } else if (bug != Bug.STANDS_STILL_FOR_EVER || !stoodStill) {
      wakeUp();
    }
  }

  @Override
  public void cancel() {
    if (bug == Bug.IGNORES_CANCEL || cancelled || ended) {
      return;
    }
    cancelled = true;
    endpoint.execute(
        () -> {
          endpoint.ended(this);
          unacknowledged.forEach(entry -> broker.giveBack(clientId, entry));
          if (bug == Bug.CANCEL_FORGETS) {
            open.clear();
          }
          endpoint.loop().schedule(this::giveUp, GRACE_MILLIS, TimeUnit.MILLISECONDS);
        });
  }

  void complete() {
    if (!ended && !cancelled) {
      ended = true;
      subscriber.onComplete();
    }
  }

  private void fail(Throwable error) {
    if (!ended && !cancelled) {
      ended = true;
      subscriber.onError(error);
      giveUp();
    }
  }

  /** The connection broke: what is not settled comes again, by another delivery. */
  void lost() {
    giveUp();
  }

  /** Gives back what is not settled. */
  void giveUp() {
    List<MemoryBroker.Entry> left;
    synchronized (open) {
      left = new ArrayList<>(open.values());
      open.clear();
    }
    hoard.clear();
    endpoint.unsettled().addAndGet(-left.size());
    if (!endpoint.forgets()) {
      left.forEach(entry -> broker.giveBack(clientId, entry.again()));
    }
  }

  /** Has the loop deliver; any number of calls before it does so count as one. */
  void wakeUp() {
    if (bug == Bug.FOREIGN_THREADS) {
      new Thread(this::drain, "client-io").start();
    } else if (awake.compareAndSet(false, true)) {
      endpoint.execute(
          () -> {
            awake.set(false);
            drain();
          });
    }
  }

  /** Delivers what demand and window allow. */
  private void drain() {
    if (draining && bug != Bug.RECURSES) {
      return;
    }
    draining = true;
    try {
      for (int i = 0; mayDeliver(); i++) {
        if (delivered == settings.count()) {
          complete();
          return;
        }
        if (i == SLICE) {
          wakeUp();
          return;
        }
        MemoryBroker.Entry entry = next();
        if (entry == null) {
          return;
        }
        if (entry.message() == null) {
          endpoint.countFailed();
          stuck = bug == Bug.STUCK_ON_MALFORMED;
        } else {
          deliver(entry);
        }
      }
      stoodStill |= demand.get() == 0;
    } finally {
      draining = false;
    }
  }

  private boolean mayDeliver() {
    boolean asked = demand.get() > 0 || bug == Bug.IGNORES_DEMAND || unasked();
    asked |= delivered == settings.count();
    return asked && !stuck && !ended && !cancelled && broker.isUp() && hasRoom();
  }

  private boolean unasked() {
    return bug == Bug.REDELIVERS_UNASKED && endpoint.status().counters().in() > 0;
  }

  private boolean hasRoom() {
    boolean tracked = request.qos() == Qos.AT_LEAST_ONCE || bug == Bug.ALWAYS_NEEDS_ACK;
    boolean unbounded =
        bug == Bug.NO_WINDOW || bug == Bug.FLOOD_WITHOUT_WINDOW && settings.flag("flood");
    return !tracked || unbounded || open.size() < settings.number("consumer.maxUnsettled", 1024);
  }

  private MemoryBroker.Entry next() {
    boolean flood = settings.flag("flood");
    if (bug == Bug.BUFFERS_EVERYTHING && hoard.size() < 64) {
      hoard.add(new byte[1024 * 1024]);
    }
    MemoryBroker.Entry entry = broker.poll(clientId, flood);
    if (entry != null && isMisplaced(entry)) {
      MemoryBroker.Entry later = broker.poll(clientId, flood);
      if (later != null) {
        broker.giveBack(clientId, entry);
        return later;
      }
    }
    return entry;
  }

  private boolean isMisplaced(MemoryBroker.Entry entry) {
    return bug == Bug.REORDERS && entry.position() % 10 == 3
        || bug == Bug.REDELIVERS_OUT_OF_ORDER && entry.deliveries() > 1;
  }

  private void deliver(MemoryBroker.Entry entry) {
    demand.updateAndGet(n -> n == Long.MAX_VALUE || n == 0 ? n : n - 1);
    endpoint.countIn();
    delivered++;
    boolean tracked = request.qos() == Qos.AT_LEAST_ONCE || bug == Bug.ALWAYS_NEEDS_ACK;
    Message message = message(entry);
    if (tracked) {
      open.put(entry.position(), entry);
      endpoint.unsettled().incrementAndGet();
      handOver(new Tracked(message, entry));
    } else if (bug == Bug.ALWAYS_OBEYS_NACK) {
      handOver(new Tracked(message, entry));
    } else {
      handOver(Delivery.settled(message));
      if (bug == Bug.AUTO_TELLS_NO_BROKER) {
        unacknowledged.add(entry);
      }
    }
  }

  private void handOver(Delivery delivery) {
    if (bug == Bug.ONE_DELIVERY_AT_A_TIME) {
      synchronized (Bug.class) {
        subscriber.onNext(delivery);
      }
    } else {
      subscriber.onNext(delivery);
    }
  }

  private Message message(MemoryBroker.Entry entry) {
    Message.Builder message =
        entry.message().toBuilder().id(MessageIdFormat.DECIMAL, entry.position());
    if (entry.deliveries() > 1 && bug != Bug.NO_REDELIVERY_COUNT) {
      message.attribute(Delivery.COUNT_ATTRIBUTE, entry.deliveries());
    }
    return message.build();
  }

  private final class Tracked implements Delivery {

    private final Message message;
    private final MemoryBroker.Entry entry;
    private final AtomicBoolean settled = new AtomicBoolean();

    Tracked(Message message, MemoryBroker.Entry entry) {
      this.message = message;
      this.entry = entry;
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public void ack() {
      settle(() -> {});
    }

    @Override
    public void nack(Nack how) {
      boolean again = how == Nack.REQUEUE || bug == Bug.DISCARD_REQUEUES;
      settle(
          () -> {
            if (again) {
              broker.giveBack(clientId, entry.again());
            } else {
              endpoint.countFailed();
            }
          });
    }

    private void settle(Runnable effect) {
      boolean first = settled.compareAndSet(false, true);
      if (!first && bug != Bug.SETTLES_TWICE || isIgnored()) {
        return;
      }
      if (!first) {
        synchronized (open) {
          open.keySet().stream().findFirst().ifPresent(open::remove);
        }
      }
      boolean known =
          bug == Bug.STALE_ACK_SETTLES
              ? open.remove(entry.position()) != null
              : open.remove(entry.position(), entry);
      if (known) {
        endpoint.unsettled().decrementAndGet();
      } else if (bug != Bug.STALE_ACK_UNCOUNTED) {
        endpoint.countIgnored();
      }
      if (known || bug == Bug.SETTLES_TWICE || bug == Bug.ALWAYS_OBEYS_NACK) {
        effect.run();
      }
      wakeUp();
      endpoint.settledByConsumer();
    }

    private boolean isIgnored() {
      if (bug == Bug.ACKS_IN_ORDER_ONLY) {
        return open.keySet().iterator().next() != entry.position();
      }
      boolean foreign = !Thread.currentThread().getName().startsWith("sluice-");
      return bug == Bug.OWN_THREAD_ACKS_ONLY && foreign
          || bug == Bug.ACK_VOID_AFTER_CANCEL && cancelled;
    }
  }
}
