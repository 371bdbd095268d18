/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import java.util.BitSet;

/** Numbered messages that have come: which are missing, and how late repeats were. */
public final class ReceivedIds {

  private final BitSet seen = new BitSet();
  private long received;
  private long repeated;
  private int farthestRepeat;

  synchronized void add(int id) {
    received++;
    if (seen.get(id)) {
      repeated++;
      farthestRepeat = Math.max(farthestRepeat, seen.length() - id);
    }
    seen.set(id);
  }

  /** How many came, repeats included. */
  public synchronized long received() {
    return received;
  }

  /** How many up to the highest never came. */
  public synchronized int lost() {
    return seen.length() - seen.cardinality();
  }

  /** Whether each of the numbers below this one has come. */
  public synchronized boolean holdsAll(int count) {
    return seen.nextClearBit(0) >= count;
  }

  /** How many came again. */
  public synchronized long repeated() {
    return repeated;
  }

  /** The greatest distance from a repeat to the highest number before it. */
  public synchronized int farthestRepeat() {
    return farthestRepeat;
  }
}
