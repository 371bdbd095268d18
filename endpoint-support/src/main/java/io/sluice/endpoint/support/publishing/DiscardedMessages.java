/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.Backoff;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals with the messages that the consumers of one endpoint refuse for good, as {@code
 * failureStrategy} says. A message whose dead letter cannot be sent stays unsettled, and the dead
 * letter is sent again after a while; meanwhile that is a trouble of the endpoint. Only a dead
 * letter that its destination refuses for its content is given up. Safe for use by many threads.
 */
public final class DiscardedMessages implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiscardedMessages.class);
  private static final String TROUBLE = "dead-letter";

  private final String endpoint;
  private final FailureStrategy strategy;
  private final MessageSender deadLetters;
  private final Set<String> keptAttributes;
  private final Reconnect pace;
  private final SharedWorkers workers;
  private final EndpointLifecycle lifecycle;
  private final AtomicLong sent = new AtomicLong();

  /** What is sent again later; guards itself and the trouble. */
  private final Set<Letter> failing = new HashSet<>();

  private volatile boolean closed;

  /**
   * No messages yet.
   *
   * @param deadLetters sends to the destination of dead letters; used with {@link
   *     FailureStrategy#DEAD_LETTER} only
   * @param keptAttributes the attributes of a message that its dead letter keeps: not those that
   *     say where it goes
   * @param pace of attempts to send a dead letter
   */
  public DiscardedMessages(
      String endpoint,
      FailureStrategy strategy,
      MessageSender deadLetters,
      Set<String> keptAttributes,
      Reconnect pace,
      SharedWorkers workers,
      EndpointLifecycle lifecycle) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.strategy = Objects.requireNonNull(strategy, "strategy");
    this.deadLetters = deadLetters == null ? null : new NeverFailingSender(deadLetters);
    this.keptAttributes = Set.copyOf(keptAttributes);
    this.pace = pace;
    this.workers = workers;
    this.lifecycle = lifecycle;
  }

  /**
   * A consumer has refused a message for good. Does not block.
   *
   * @param source the topic or queue that it came from
   * @param done settles the message; run once, by any thread, or never if the endpoint stops before
   * @param subscription fails the consumer's subscription
   */
  public void discard(
      Message message, String source, Runnable done, Consumer<EndpointException> subscription) {
    String id = message.id().orElse("-");
    EndpointException reason =
        new EndpointException(ErrorCode.REJECTED, "message " + id + " was discarded");
    if (strategy == FailureStrategy.DEAD_LETTER) {
      Message copy =
          DeadLetter.of(message, endpoint, source, reason, keptAttributes, Instant.now());
      new Letter(copy, id, source, done).send();
      return;
    }
    LOG.warn("Endpoint '{}': the consumer discarded message {} of '{}'", endpoint, id, source);
    done.run();
    if (strategy == FailureStrategy.FAIL) {
      subscription.accept(reason);
    }
  }

  /** How many dead letters were confirmed. */
  public long sent() {
    return sent.get();
  }

  /** Sends no dead letter again. Idempotent. */
  @Override
  public void close() {
    closed = true;
  }

  /** A dead letter is not sent again any more. */
  private void through(Letter letter) {
    synchronized (failing) {
      if (failing.remove(letter) && failing.isEmpty()) {
        lifecycle.trouble(TROUBLE, "");
      }
    }
  }

  private void failed(Letter letter, EndpointException error) {
    synchronized (failing) {
      failing.add(letter);
      lifecycle.trouble(
          TROUBLE, "dead letters cannot be sent, and are tried again: " + error.getMessage());
    }
  }

  /** A dead letter on its way. One attempt at a time owns it. */
  private final class Letter {

    private final Message copy;
    private final String id;
    private final String source;
    private final Runnable done;
    private final Backoff backoff = pace.endlessBackoff();

    Letter(Message copy, String id, String source, Runnable done) {
      this.copy = copy;
      this.id = id;
      this.source = source;
      this.done = done;
    }

    void send() {
      deadLetters.send(copy).thenAccept(this::answered);
    }

    private void answered(Receipt receipt) {
      EndpointException error = receipt.error().orElse(null);
      if (error == null) {
        sent.incrementAndGet();
        LOG.info(
            "Endpoint '{}': message {} of '{}' was sent as a dead letter", endpoint, id, source);
        settle();
      } else if (error.concernsMessage()) {
        LOG.error(
            "Endpoint '{}': message {} of '{}' is discarded: the destination of dead letters"
                + " refuses it: {}",
            endpoint,
            id,
            source,
            error.getMessage());
        settle();
      } else {
        again(error);
      }
    }

    private void sendAgain() {
      if (!closed) {
        send();
      }
    }

    private void settle() {
      through(this);
      done.run();
    }

    private void again(EndpointException error) {
      if (closed) {
        return;
      }
      failed(this, error);
      try {
        workers.after(backoff.next().orElseThrow(), this::sendAgain);
      } catch (RejectedExecutionException e) {
        LOG.debug("The bundle has stopped", e);
      }
    }
  }
}
