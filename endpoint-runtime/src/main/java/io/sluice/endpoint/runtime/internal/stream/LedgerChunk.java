/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A stretch of consecutive deliveries in a ledger. A slot holds what is still to be told to the
 * plugin: its delivery, or a {@link RedeliveryDelayQueue.Held}; then {@link #SETTLED} or {@link
 * #DETACHED}. Slots change by compare-and-set alone.
 */
final class LedgerChunk {

  static final int SLOTS = 64;

  /** The plugin was told, or need not be. */
  static final Object SETTLED = new Object();

  /** The plugin is gone and was never told. */
  static final Object DETACHED = new Object();

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle OPEN;

  static {
    try {
      OPEN = MethodHandles.lookup().findVarHandle(LedgerChunk.class, "open", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final SettlementLedger ledger;

  /** The places of the deliveries in the order of a position; null if that is not tracked. */
  private final long[] places;

  private final Object[] slots = new Object[SLOTS];

  /** Slots not settled, unused ones included. */
  @SuppressWarnings("FieldMayBeFinal") // written through OPEN
  private volatile int open = SLOTS;

  LedgerChunk(SettlementLedger ledger, boolean tracked) {
    this.ledger = ledger;
    this.places = tracked ? new long[SLOTS] : null;
  }

  long place(int index) {
    return places[index];
  }

  /** To be said before {@link #set}, which makes it visible. */
  void place(int index, long place) {
    places[index] = place;
  }

  Object get(int index) {
    return SLOT.getVolatile(slots, index);
  }

  void set(int index, Object content) {
    SLOT.setVolatile(slots, index, content);
  }

  boolean replace(int index, Object expected, Object content) {
    return SLOT.compareAndSet(slots, index, expected, content);
  }

  /** Counts a slot that was settled; true for the last one. */
  boolean countSettled() {
    return (int) OPEN.getAndAdd(this, -1) == 1;
  }
}
