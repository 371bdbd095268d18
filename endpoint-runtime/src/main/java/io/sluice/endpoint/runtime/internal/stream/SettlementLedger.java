/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.stream.RedeliveryDelayQueue.Held;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries of one subscription that are not settled. It stands between the host, which
 * settles, and the plugin, which must hear of it and must not be pinned by it.
 *
 * <p>The subscription's serial signals {@link #open} deliveries; any thread settles them, without a
 * lock and without an allocation; the control thread {@link #detach}s. A delivery costs 24 B and
 * its part of a chunk.
 */
final class SettlementLedger {

  private static final Logger LOG = LoggerFactory.getLogger(SettlementLedger.class);

  private final Generation generation;
  private final RedeliveryDelayQueue held;
  private final LongAdder ignored;
  private final ContiguousPosition position;
  private final AtomicBoolean complained = new AtomicBoolean();

  /** Chunks with slots not settled, oldest first; guarded by itself. */
  private final Set<LedgerChunk> chunks = new LinkedHashSet<>();

  /** Owned by the subscription's serial signals. */
  private LedgerChunk tail;

  private int used = LedgerChunk.SLOTS;
  private volatile boolean detached;

  /**
   * An empty ledger.
   *
   * @param pluginThreads runs what calls the plugin after the redelivery delay
   * @param ignored counts settlements that came after it was detached
   * @param position records what is delivered and settled; null if the backend does
   */
  SettlementLedger(
      Generation generation,
      ControlThread control,
      Executor pluginThreads,
      LongAdder ignored,
      ContiguousPosition position) {
    this.generation = generation;
    this.held =
        new RedeliveryDelayQueue(
            () -> generation.settings().redeliveryDelay(), control, pluginThreads);
    this.ignored = ignored;
    this.position = position;
  }

  /** Takes in a delivery of the plugin and returns the one for the host. */
  Delivery open(Delivery plugin, Message message) {
    if (used == LedgerChunk.SLOTS) {
      addChunk();
    }
    LedgerChunk chunk = tail;
    int index = used++;
    if (position != null) {
      chunk.place(index, position.open(message));
    }
    chunk.set(index, plugin);
    if (detached) {
      detachSlot(chunk, index);
    }
    return new LedgerDelivery(message, chunk, index);
  }

  /** A delivery that the host does not get goes back. Calls the plugin. */
  void refuse(Delivery plugin) {
    trackRefused(plugin);
    tell(plugin, Nack.REQUEUE);
  }

  private void trackRefused(Delivery plugin) {
    if (position == null) {
      return;
    }
    try {
      Message message = plugin.message();
      position.requeued(position.open(message), message);
    } catch (Throwable e) { // a plugin may throw anything; without its id it has no place
      LOG.debug("Endpoint '{}': a delivery has no message", generation.name(), e);
    }
  }

  void ack(LedgerChunk chunk, int index, Message message) {
    Delivery plugin = claim(chunk, index);
    if (plugin != null) {
      tell(plugin, null);
      if (position != null) {
        position.settled(chunk.place(index), message);
      }
    }
  }

  void nack(LedgerChunk chunk, int index, Message message, Nack how) {
    if (how == Nack.REQUEUE && !isLastDelivery(message)) {
      requeue(chunk, index, message);
      return;
    }
    Delivery plugin = claim(chunk, index);
    if (plugin != null) {
      tell(plugin, Nack.DISCARD);
      if (position != null) {
        position.settled(chunk.place(index), message);
      }
    }
  }

  /** Tells the plugin at once of every requeue that is held back. Calls the plugin. */
  void flush() {
    forEachSlot(this::releaseHeld);
  }

  /** Requeues all that is not settled. Calls the plugin. */
  void giveBack() {
    forEachSlot(
        (chunk, index) -> {
          releaseHeld(chunk, index);
          Delivery plugin = claim(chunk, index);
          if (plugin != null) {
            trackGivenBack(chunk, index, plugin);
            tell(plugin, Nack.REQUEUE);
          }
        });
  }

  /** Lets go of the plugin's deliveries; settlements are counted and ignored from now on. */
  void detach() {
    detached = true;
    forEachSlot(this::detachSlot);
    held.close();
    synchronized (chunks) {
      chunks.clear();
    }
  }

  private void addChunk() {
    tail = new LedgerChunk(this, position != null);
    used = 0;
    synchronized (chunks) {
      chunks.add(tail);
    }
  }

  /** The plugin's delivery for who is the first to settle it; null for all others. */
  private Delivery claim(LedgerChunk chunk, int index) {
    Object content = chunk.get(index);
    if (content instanceof Delivery plugin && chunk.replace(index, plugin, LedgerChunk.SETTLED)) {
      forgetIfComplete(chunk);
      return plugin;
    }
    if (chunk.get(index) == LedgerChunk.DETACHED
        && chunk.replace(index, LedgerChunk.DETACHED, LedgerChunk.SETTLED)) {
      ignored.increment();
    }
    return null;
  }

  void requeue(LedgerChunk chunk, int index, Message message) {
    if (generation.settings().redeliveryDelay().isZero() || generation.isDraining()) {
      Delivery plugin = claim(chunk, index);
      if (plugin != null) {
        trackRequeued(chunk, index, message);
        tell(plugin, Nack.REQUEUE);
      }
      return;
    }
    if (chunk.get(index) instanceof Delivery plugin
        && chunk.replace(index, plugin, new Held(plugin))) {
      trackRequeued(chunk, index, message);
      held.add(chunk, index);
    } else {
      claim(chunk, index);
    }
  }

  private void trackGivenBack(LedgerChunk chunk, int index, Delivery plugin) {
    try {
      trackRequeued(chunk, index, position == null ? null : plugin.message());
    } catch (Throwable e) { // a plugin may throw anything; its place stays open
      LOG.debug("Endpoint '{}': a delivery has no message", generation.name(), e);
    }
  }

  private void trackRequeued(LedgerChunk chunk, int index, Message message) {
    if (position != null) {
      position.requeued(chunk.place(index), message);
    }
  }

  /** Tells the plugin of a requeue that was held back. Calls the plugin. */
  void releaseHeld(LedgerChunk chunk, int index) {
    Object content = chunk.get(index);
    if (content instanceof Held held && chunk.replace(index, held, LedgerChunk.SETTLED)) {
      forgetIfComplete(chunk);
      tell(held.plugin(), Nack.REQUEUE);
    }
  }

  private void detachSlot(LedgerChunk chunk, int index) {
    Object content = chunk.get(index);
    if (content instanceof Delivery && !chunk.replace(index, content, LedgerChunk.DETACHED)) {
      detachSlot(chunk, index); // a requeue was just held back
    } else if (content instanceof Held) {
      chunk.replace(index, content, LedgerChunk.SETTLED);
    }
  }

  private void forgetIfComplete(LedgerChunk chunk) {
    if (chunk.countSettled()) {
      synchronized (chunks) {
        chunks.remove(chunk);
      }
    }
  }

  private void forEachSlot(SlotAction action) {
    List<LedgerChunk> open;
    synchronized (chunks) {
      open = List.copyOf(chunks);
    }
    for (LedgerChunk chunk : open) {
      for (int index = 0; index < LedgerChunk.SLOTS; index++) {
        action.apply(chunk, index);
      }
    }
  }

  private boolean isLastDelivery(Message message) {
    int limit = generation.settings().maxDeliveries();
    Object count = message.attributes().get(Delivery.COUNT_ATTRIBUTE);
    return limit > 0 && (count instanceof Number number ? number.intValue() : 1) >= limit;
  }

  /** Passes a settlement on; null for an ack. */
  private void tell(Delivery plugin, Nack how) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      if (how == null) {
        plugin.ack();
      } else {
        plugin.nack(how);
      }
    } catch (Throwable e) { // the host must not see what a plugin throws
      complain(DetachedException.of(e));
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  private void complain(EndpointException error) {
    if (complained.compareAndSet(false, true)) {
      LOG.warn("Endpoint '{}': the plugin failed to settle a delivery", generation.name(), error);
    }
  }

  private interface SlotAction {
    void apply(LedgerChunk chunk, int index);
  }
}
