/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of Server-Sent Events: asks the endpoint for messages as fast as the client reads, and
 * acks each message when the write of its event has completed.
 *
 * <p>Deliveries come on the endpoint's threads and are only queued there. Events are encoded and
 * written by {@link Writer}, which has one write under way at a time. The lock guards the fields
 * below it and is never held while foreign code is called.
 */
final class MessageStream implements Flow.Subscriber<Delivery> {

  private static final Logger LOG = LoggerFactory.getLogger(MessageStream.class);

  /** How long the endpoint may take to fail so that the failure is a status and not an event. */
  private static final long EARLY_FAILURE_TIMEOUT_MILLIS = 100;

  private static final int BATCH_CHARACTERS = 64 * 1024;

  private final HttpExchange exchange;
  private final String endpoint;
  private final long heartbeatMillis;
  private final Consumer<MessageStream> closed;
  private final Writer writer = new Writer();
  private final EventEncoder encoder = new EventEncoder();
  private final Scheduler scheduler;
  private final long idleTimeout;
  private final ClientWatch watch;

  private final Object lock = new Object();
  private final Queue<Delivery> ready = new ArrayDeque<>();
  private final StreamDemand demand;
  private Flow.Subscription subscription;
  private Scheduler.Task timer;
  private Throwable failure;
  private boolean opened;
  private boolean scheduled;
  private boolean ending;
  private boolean finished;
  private boolean heartbeat;
  private boolean busySinceHeartbeat;

  /**
   * A stream.
   *
   * @param closed called once, with the stream, when the stream has ended one way or the other
   */
  MessageStream(
      HttpExchange exchange,
      String endpoint,
      long limit,
      long heartbeatMillis,
      Consumer<MessageStream> closed) {
    this.exchange = exchange;
    this.endpoint = endpoint;
    this.heartbeatMillis = heartbeatMillis;
    this.closed = closed;
    this.demand = new StreamDemand(limit);
    this.scheduler = exchange.request().getComponents().getScheduler();
    this.idleTimeout = exchange.endPoint().getIdleTimeout();
    this.watch = new ClientWatch(exchange, () -> abort(new EofException("the client has gone")));
  }

  /** Subscribes and begins to answer. */
  void start(Flow.Publisher<Delivery> messages) {
    exchange.endPoint().setIdleTimeout(0); // a reader may pause as long as it likes
    watch.start();
    messages.subscribe(this);
    schedule(EARLY_FAILURE_TIMEOUT_MILLIS, this::open);
  }

  /** Ends the stream cleanly after the write that is under way; what is queued is not settled. */
  void end() {
    Flow.Subscription cancelled;
    synchronized (lock) {
      opened = true;
      ending = true;
      ready.clear();
      cancelled = subscription;
    }
    if (cancelled != null) {
      cancelled.cancel();
    }
    wakeUp();
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    boolean surplus;
    long first = 0;
    synchronized (lock) {
      surplus = subscription != null || ending || finished;
      if (!surplus) {
        subscription = newSubscription;
        first = demand.next();
      }
    }
    if (surplus) {
      newSubscription.cancel();
    } else {
      newSubscription.request(first);
    }
  }

  @Override
  public void onNext(Delivery delivery) {
    synchronized (lock) {
      if (ending || finished) {
        return; // not settled, so that it comes again
      }
      demand.arrived();
      ready.add(delivery);
      opened = true;
    }
    wakeUp();
  }

  @Override
  public void onError(Throwable error) {
    synchronized (lock) {
      failure = error;
      ending = true;
    }
    wakeUp();
  }

  @Override
  public void onComplete() {
    synchronized (lock) {
      ending = true;
    }
    wakeUp();
  }

  private void open() {
    synchronized (lock) {
      opened = true;
    }
    wakeUp();
    schedule(heartbeatMillis, this::beat);
  }

  private void beat() {
    synchronized (lock) {
      heartbeat = !busySinceHeartbeat;
      busySinceHeartbeat = false;
    }
    wakeUp();
    schedule(heartbeatMillis, this::beat);
  }

  private void schedule(long millis, Runnable task) {
    synchronized (lock) {
      if (!finished) {
        timer = scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Has a thread of the server write what is ready; several deliveries may share the call. */
  private void wakeUp() {
    synchronized (lock) {
      if (scheduled || finished) {
        return;
      }
      scheduled = true;
    }
    try {
      exchange.executor().execute(this::write);
    } catch (RejectedExecutionException stopped) {
      abort(stopped);
    }
  }

  private void write() {
    synchronized (lock) {
      scheduled = false;
    }
    writer.iterate();
  }

  private void abort(Throwable cause) {
    writer.abort(cause);
  }

  private void settle(List<Delivery> written) {
    written.forEach(Delivery::ack);
    Flow.Subscription current;
    boolean exhausted;
    long more;
    synchronized (lock) {
      demand.written(written.size());
      exhausted = demand.isExhausted();
      ending |= exhausted;
      current = subscription;
      more = ending ? 0 : demand.next();
    }
    if (exhausted) {
      current.cancel();
    } else if (more > 0) {
      current.request(more);
    }
  }

  private boolean finish() {
    Flow.Subscription current;
    synchronized (lock) {
      if (finished) {
        return false;
      }
      finished = true;
      ready.clear();
      current = subscription;
      if (timer != null) {
        timer.cancel();
      }
    }
    watch.stop();
    exchange.endPoint().setIdleTimeout(idleTimeout);
    if (current != null) {
      current.cancel();
    }
    closed.accept(this);
    return true;
  }

  /**
   * Writes batch after batch while there is something to write; confined to one thread at a time.
   */
  private final class Writer extends IteratingCallback {

    private List<Delivery> batch = List.of();
    private boolean committed;
    private boolean last;

    @Override
    protected Action process() {
      if (last) {
        return Action.SUCCEEDED;
      }
      boolean beat;
      synchronized (lock) {
        if (!opened && !ending) {
          return Action.IDLE;
        }
        if (!opened && failure != null) {
          last = true;
          return Action.SUCCEEDED; // answered with a status
        }
        beat = heartbeat && ready.isEmpty();
        heartbeat = false;
      }
      batch = encode(beat);
      if (encoder.length() == 0 && committed && !last) {
        return Action.IDLE;
      }
      commit();
      exchange.response().write(last, encoder.take(), this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onSuccess() {
      List<Delivery> written = batch;
      batch = List.of();
      if (!written.isEmpty()) {
        settle(written);
      }
    }

    @Override
    protected void onCompleteSuccess() {
      if (!finish()) {
        return;
      }
      if (committed) {
        exchange.callback().succeeded();
      } else {
        ShortResponse.failure(exchange, HttpFailure.of(failure));
      }
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      if (finish()) {
        LOG.debug("stream of endpoint '{}' broke off: {}", endpoint, cause.toString());
        exchange.callback().failed(cause);
      }
    }

    /** Encodes what is ready up to a bound, and decides whether it is the end of the stream. */
    private List<Delivery> encode(boolean beat) {
      List<Delivery> encoded = new ArrayList<>();
      while (encoder.length() < BATCH_CHARACTERS) {
        Delivery delivery;
        synchronized (lock) {
          delivery = ready.poll();
          busySinceHeartbeat |= delivery != null;
          last = delivery == null && ending;
        }
        if (delivery == null) {
          break;
        }
        encoder.message(delivery.message());
        encoded.add(delivery);
      }
      synchronized (lock) {
        demand.measure(encoder.length(), encoded.size());
      }
      if (last && failure != null) {
        encoder.error(ShortResponse.error(HttpFailure.of(failure)));
      } else if (beat && encoded.isEmpty()) {
        encoder.heartbeat();
      }
      return encoded;
    }

    private void commit() {
      if (!committed) {
        committed = true;
        exchange.response().setStatus(200);
        exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        exchange.response().getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      }
    }
  }
}
