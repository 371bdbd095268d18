/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Records for one place that have to wait, in order. Those that failed because of another record in
 * their batch go before the others, and are confirmed before these follow: in their company they
 * might fail again. Belongs to the thread that sends.
 */
final class WaitingRecords {

  private final Deque<Handover> again = new ArrayDeque<>();
  private final List<Handover> onTrial = new ArrayList<>();
  private final Deque<Handover> waiting = new ArrayDeque<>();

  void add(Handover handover) {
    waiting.add(handover);
  }

  void addAgain(Handover handover) {
    onTrial.remove(handover);
    again.add(handover);
  }

  /** How many wait to be taken on. */
  int size() {
    return again.size() + waiting.size();
  }

  /** The next that was never given to a client; null if there is none. */
  Handover first() {
    return waiting.peek();
  }

  /** Takes out the latest, so that no more than a number wait. */
  List<Handover> cut(int most) {
    List<Handover> latest = new ArrayList<>();
    while (waiting.size() > most) {
      latest.add(waiting.pollLast());
    }
    return latest;
  }

  /**
   * Goes on until something has to wait.
   *
   * @param step takes a record on; false if that one has to wait
   * @return whether nothing is left
   */
  boolean advance(Predicate<Handover> step) {
    while (!again.isEmpty() && step.test(again.peek())) {
      onTrial.add(again.poll());
    }
    onTrial.removeIf(Handover::isOver);
    if (!again.isEmpty() || !onTrial.isEmpty()) {
      return false;
    }
    while (!waiting.isEmpty() && step.test(waiting.peek())) {
      waiting.poll();
    }
    return waiting.isEmpty();
  }
}
