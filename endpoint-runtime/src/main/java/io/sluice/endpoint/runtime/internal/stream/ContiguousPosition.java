/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The last message in one order of deliveries such that it and all before it are settled: where the
 * next generation goes on when the backend does not keep the position itself. What is settled
 * behind it needs no delivery there.
 *
 * <p>A requeued message counts as settled when the redelivery that bears its id is. Messages
 * settled out of order are remembered without their bytes until the gap closes, which the plugin's
 * window bounds; a requeued message whose redelivery does not come (another consumer may have got
 * it) is given up after {@link #MAX_DELIVERIES_PAST_REQUEUE} later deliveries.
 *
 * <p>Safe for use by many threads.
 */
final class ContiguousPosition {

  static final int MAX_DELIVERIES_PAST_REQUEUE = 1 << 16;

  /** Takes a place in the order for which no message counts. */
  private static final Message PASSED_OVER = Message.of(new byte[0]);

  /** Settled messages after {@link #next}, by sequence number; its length is a power of two. */
  private Message[] ahead = new Message[LedgerChunk.SLOTS];

  /** Ids of requeued messages and the places that they block. */
  private final Map<String, Long> requeued = new HashMap<>();

  /** Redelivered messages and the blocked places that they stand for. */
  private final Map<Long, Long> standsFor = new HashMap<>();

  /** Ids of messages that were settled in a former generation and have not come again yet. */
  private final Set<String> settledBefore;

  private long opened;
  private long next;
  private Message last;

  /** At the beginning. */
  ContiguousPosition() {
    this(null, Set.of());
  }

  private ContiguousPosition(Message last, Set<String> settledBefore) {
    this.last = last;
    this.settledBefore = new HashSet<>(settledBefore);
  }

  /** The message; null before the first. */
  synchronized Message last() {
    return last;
  }

  /**
   * The position with which the next generation begins: its deliveries come after {@link #last()}.
   */
  synchronized ContiguousPosition forNext() {
    Set<String> settled = new HashSet<>(settledBefore);
    for (Message message : ahead) {
      if (message != null && message != PASSED_OVER) {
        message.id().ifPresent(settled::add);
      }
    }
    return new ContiguousPosition(last, settled);
  }

  /**
   * Whether a message was settled in a former generation; then it counts as delivered and settled.
   */
  synchronized boolean skip(Message message) {
    if (settledBefore.isEmpty() || !settledBefore.remove(message.id().orElse(null))) {
      return false;
    }
    settled(open(message), message);
    return true;
  }

  /** A message is delivered, the first time or again. Returns its place in the order. */
  synchronized long open(Message message) {
    long sequence = opened++;
    if (!requeued.isEmpty() && message.attributes().get(Delivery.COUNT_ATTRIBUTE) != null) {
      Long blocked = requeued.remove(message.id().orElse(null));
      if (blocked != null) {
        standsFor.put(sequence, blocked);
      }
    }
    return sequence;
  }

  synchronized void settled(long sequence, Message message) {
    Long blocked = standsFor.isEmpty() ? null : standsFor.remove(sequence);
    if (blocked == null) {
      pass(sequence, message);
    } else {
      pass(sequence, PASSED_OVER); // the message has its place where it was delivered first
      pass(blocked, message);
    }
    giveUpOldest(sequence);
  }

  synchronized void requeued(long sequence, Message message) {
    Long blocked = standsFor.remove(sequence);
    String id = message.id().orElse(null);
    if (blocked != null) {
      pass(sequence, PASSED_OVER); // the place of the first delivery goes on waiting
      requeued.put(id, blocked);
    } else if (id == null) {
      pass(sequence, PASSED_OVER);
    } else {
      requeued.put(id, sequence);
    }
  }

  private void pass(long sequence, Message message) {
    if (sequence < next) {
      return;
    }
    if (sequence > next) {
      keep(sequence, message);
      return;
    }
    Message passed = message;
    while (passed != null) {
      if (passed != PASSED_OVER && passed.id().isPresent()) {
        last = passed;
      }
      next++;
      passed = take(next);
    }
  }

  private void keep(long sequence, Message message) {
    if (sequence - next >= ahead.length) {
      grow(sequence - next);
    }
    ahead[(int) sequence & (ahead.length - 1)] = message == PASSED_OVER ? message : bare(message);
  }

  /** The message without its bytes, which are not to be kept after settlement. */
  private static Message bare(Message message) {
    return message.toBuilder()
        .payload(null)
        .headers(Headers.empty())
        .attributes(Attributes.empty())
        .build();
  }

  private Message take(long sequence) {
    int index = (int) sequence & (ahead.length - 1);
    Message kept = ahead[index];
    ahead[index] = null;
    return kept;
  }

  private void grow(long distance) {
    int length = ahead.length;
    while (length <= distance) {
      length <<= 1;
    }
    Message[] larger = new Message[length];
    for (long sequence = next; sequence < next + ahead.length; sequence++) {
      larger[(int) sequence & (length - 1)] = ahead[(int) sequence & (ahead.length - 1)];
    }
    ahead = larger;
  }

  private void giveUpOldest(long newest) {
    if (newest - next > MAX_DELIVERIES_PAST_REQUEUE && requeued.containsValue(next)) {
      requeued.values().remove(next);
      pass(next, PASSED_OVER);
    }
  }
}
