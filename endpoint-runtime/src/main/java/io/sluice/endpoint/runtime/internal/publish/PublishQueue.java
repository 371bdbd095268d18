/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The messages of one publisher, in order, until they are confirmed. What a generation that went
 * away has not confirmed is sent again by the next one, before anything new.
 *
 * <p>Safe for use by many threads. Neither plugin nor host is called while the lock is held. The
 * queue itself is not bounded: who sends into it has a window.
 */
final class PublishQueue implements MessageSender {

  private final String endpoint;
  private final ControlThread control;
  private final Executor callbacks;
  private final Runnable onFinished;
  private final Supplier<Duration> patience;

  private final Object lock = new Object();
  private final Deque<PendingMessage> waiting = new ArrayDeque<>();
  private GenerationPublisher attached;
  private EndpointException rejection;
  private long next;
  private boolean finished;
  private boolean timed;

  /**
   * An empty queue without a generation.
   *
   * @param callbacks runs what calls hosts and plugins
   * @param onFinished runs when the last message of a publisher that is done with is settled
   * @param patience how long a message waits to be sent; zero for ever
   */
  PublishQueue(
      String endpoint,
      ControlThread control,
      Executor callbacks,
      Runnable onFinished,
      Supplier<Duration> patience) {
    this.endpoint = endpoint;
    this.control = control;
    this.callbacks = callbacks;
    this.onFinished = onFinished;
    this.patience = patience;
  }

  @Override
  public CompletionStage<Receipt> send(Message message) {
    PendingMessage pending = new PendingMessage(message);
    EndpointException reason;
    GenerationPublisher sender;
    synchronized (lock) {
      if (finished) {
        return pending.receipt; // the host has cancelled
      }
      reason = rejection;
      sender = attached;
      if (reason == null) {
        pending.waited = attached == null || attached.draining;
        pending.place = next++;
        waiting.add(pending);
      }
    }
    if (reason != null) {
      pending.reject(reason);
    } else if (pending.waited) {
      watch();
    } else {
      sender.pump();
    }
    return pending.receipt;
  }

  /** Sends through a generation from now on. Calls the plugin later, on another thread. */
  GenerationPublisher attach(PluginSender sender) {
    GenerationPublisher next = new GenerationPublisher(this, sender, callbacks);
    synchronized (lock) {
      attached = next;
    }
    callbacks.execute(next::pump);
    return next;
  }

  /** The generation is going away: sends nothing more through it. */
  void beginDraining() {
    synchronized (lock) {
      if (attached != null) {
        attached.draining = true;
      }
    }
  }

  /** The generation is gone: what it has not confirmed waits again, before the rest. */
  void detach() {
    GenerationPublisher gone;
    synchronized (lock) {
      gone = attached;
      attached = null;
      if (gone != null) {
        returnToQueue(new ArrayList<>(gone.sent));
      }
    }
    if (gone != null) {
      gone.detach();
      watch();
    }
  }

  /** Rejects what comes from now on, at once; null to take messages again. */
  void rejectNew(EndpointException error) {
    synchronized (lock) {
      rejection = error;
    }
  }

  /** Rejects what waits. */
  void rejectWaiting(EndpointException error) {
    List<PendingMessage> rejected;
    synchronized (lock) {
      rejected = new ArrayList<>(waiting);
      waiting.clear();
    }
    callbacks.execute(() -> rejected.forEach(message -> message.reject(error)));
  }

  /**
   * The host has done with the publisher: nothing more will be sent into the queue, and what no
   * plugin has is dropped, as no one waits for its receipt.
   */
  void finish() {
    GenerationPublisher sender;
    synchronized (lock) {
      finished = true;
      waiting.clear();
      sender = attached;
    }
    if (sender != null) {
      sender.pump();
    }
  }

  /** Whether the host has done with the publisher, and no plugin has any of its messages. */
  boolean isFinished() {
    synchronized (lock) {
      return finished && (attached == null || attached.sent.isEmpty());
    }
  }

  /** The number of messages that wait to be sent. */
  int waiting() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /** The next message for a publisher; null when it is not to send one now. */
  PendingMessage take(GenerationPublisher sender) {
    synchronized (lock) {
      if (sender != attached || sender.draining || sender.full || !sender.isReady()) {
        return null;
      }
      PendingMessage next = waiting.poll();
      if (next != null) {
        sender.sent.add(next);
      }
      return next;
    }
  }

  boolean isFinishedFor(GenerationPublisher sender) {
    synchronized (lock) {
      return finished && sender == attached && waiting.isEmpty();
    }
  }

  /** Takes the plugin's receipt, or puts the message off. */
  void settle(GenerationPublisher sender, PendingMessage message, Receipt receipt) {
    boolean putOff;
    boolean wasFull;
    boolean ended;
    synchronized (lock) {
      if (sender != attached || !sender.sent.contains(message) || isUndone(sender, receipt)) {
        return;
      }
      sender.sent.remove(message);
      ended = finished && sender.sent.isEmpty();
      wasFull = sender.full;
      putOff = isOverloaded(receipt) && mayWaitForRoom(sender, message);
      sender.full = putOff && !sender.sent.isEmpty();
      if (putOff) {
        message.rejection = DetachedException.of(receipt.error().orElse(null));
        putBack(message);
      }
    }
    if (putOff) {
      watch();
    } else {
      message.complete(receipt);
    }
    if (putOff || wasFull) {
      sender.pump();
    }
    if (ended) {
      onFinished.run();
    }
  }

  /** A rejection because the generation stops leaves the message unconfirmed. */
  private static boolean isUndone(GenerationPublisher sender, Receipt receipt) {
    return sender.draining
        && receipt
            .error()
            .map(e -> e.isRetryable() || e.code().equals(ErrorCode.ENDPOINT_STOPPED))
            .orElse(false);
  }

  /**
   * What has gathered here may be more than the plugin's window takes; the next receipt tells that
   * there is room. One that is refused although nothing is under way has its answer.
   */
  private boolean mayWaitForRoom(GenerationPublisher sender, PendingMessage message) {
    boolean underWay = !sender.sent.isEmpty();
    return message.waited && !finished && (underWay || message.rejection == null);
  }

  /** Before all that were sent after it. */
  private void putBack(PendingMessage message) {
    Deque<PendingMessage> earlier = new ArrayDeque<>();
    while (!waiting.isEmpty() && waiting.peek().place < message.place) {
      earlier.push(waiting.poll());
    }
    waiting.addFirst(message);
    earlier.forEach(waiting::addFirst);
  }

  private static boolean isOverloaded(Receipt receipt) {
    return receipt.error().map(e -> e.code().equals(ErrorCode.OVERLOADED)).orElse(false);
  }

  private void returnToQueue(List<PendingMessage> unconfirmed) {
    if (finished) {
      return;
    }
    long now = System.nanoTime();
    for (int i = unconfirmed.size() - 1; i >= 0; i--) {
      PendingMessage message = unconfirmed.get(i);
      message.waited = true;
      message.waitingSince = now;
      message.rejection = null;
      waiting.addFirst(message);
    }
  }

  /** Sees to it that waiting ends when patience does. */
  private void watch() {
    long oldest;
    synchronized (lock) {
      if (patience.get().isZero() || timed || waiting.isEmpty()) {
        return;
      }
      timed = true;
      oldest = waiting.stream().mapToLong(m -> m.waitingSince).min().getAsLong();
    }
    try {
      Duration age = Duration.ofNanos(Math.max(0, System.nanoTime() - oldest));
      Duration rest = patience.get().minus(age);
      control.schedule(this::expire, rest.isNegative() ? Duration.ZERO : rest);
    } catch (RejectedExecutionException e) {
      rejectWaiting(error(ErrorCode.ENDPOINT_STOPPED, "is stopped"));
    }
  }

  private void expire() {
    List<PendingMessage> expired = new ArrayList<>();
    Duration allowed = patience.get();
    synchronized (lock) {
      timed = false;
      long limit = System.nanoTime() - allowed.toNanos();
      for (Iterator<PendingMessage> each = waiting.iterator(); each.hasNext(); ) {
        PendingMessage message = each.next();
        if (message.waitingSince - limit <= 0) {
          each.remove();
          expired.add(message);
        }
      }
    }
    EndpointException timeout =
        error(ErrorCode.TIMEOUT, "was not there within " + allowed.toMillis() + " ms");
    callbacks.execute(
        () ->
            expired.forEach(
                message -> message.reject(Objects.requireNonNullElse(message.rejection, timeout))));
    watch();
  }

  private DetachedException error(ErrorCode code, String what) {
    return new DetachedException(code, "endpoint '" + endpoint + "' " + what, true);
  }
}
