/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * The lanes of one subscription, which takes from one after the other, in turns of a batch.
 *
 * <p>One thread adds and removes lanes; {@link #poll} and {@link #delivered} belong to the thread
 * of the subscription. Any thread reads them.
 *
 * @param <L> the lanes
 */
public final class LaneRotation<L extends Lane> {

  private final Runnable onBatchTaken;

  /** Replaced as a whole; immutable. */
  private volatile List<L> lanes = List.of();

  // Owned by the subscription's thread.
  private L current;
  private int turn;

  /**
   * No lanes.
   *
   * @param onBatchTaken called by the subscription's thread when it has taken a whole batch, so
   *     that a lane may have room for more
   */
  public LaneRotation(Runnable onBatchTaken) {
    this.onBatchTaken = onBatchTaken;
  }

  /** The lanes now; immutable. */
  public List<L> all() {
    return lanes;
  }

  /** Adds lanes behind the others. */
  public void add(Collection<? extends L> added) {
    List<L> more = new ArrayList<>(lanes);
    more.addAll(added);
    lanes = List.copyOf(more);
  }

  /**
   * Takes out lanes; what was delivered from them may still be settled.
   *
   * @return those that were taken out
   */
  public List<L> remove(Predicate<? super L> which) {
    List<L> removed = lanes.stream().filter(which).toList();
    lanes = lanes.stream().filter(which.negate()).toList();
    return removed;
  }

  /** The next delivery of the lane whose turn it is, or of one after it; null if there is none. */
  public Delivery poll() {
    List<L> present = lanes;
    for (int i = 0; i < present.size(); i++) {
      int index = (turn + i) % present.size();
      L lane = present.get(index);
      Delivery delivery = lane.poll();
      if (delivery != null) {
        took(lane, index);
        return delivery;
      }
    }
    return null;
  }

  /** The consumer has taken the last delivery. */
  public void delivered() {
    current.delivered();
  }

  /** The subscription is over. */
  public void closed() {
    if (current != null) {
      current.closed();
      current = null; // it may have been taken out, and is kept in memory no longer
    }
  }

  private void took(L lane, int index) {
    current = lane;
    turn = index;
    if (lane.isBetweenBatches()) {
      turn = index + 1;
      onBatchTaken.run();
    }
  }
}
