/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A log of messages with one cursor a client id, found by its address. Keeps what endpoints leave
 * unsettled. Safe for use by many threads.
 */
final class MemoryBroker {

  private static final Map<String, MemoryBroker> BROKERS = new ConcurrentHashMap<>();

  /** One message for one client id; {@code message} is null for what nobody can decode. */
  record Entry(long position, Message message, int deliveries) {
    Entry again() {
      return new Entry(position, message, deliveries + 1);
    }
  }

  private static final class Cursor {
    private final PriorityQueue<Entry> returned =
        new PriorityQueue<>(Comparator.comparingLong(Entry::position));
    private long next;
  }

  private final List<Message> log = new ArrayList<>();
  private final Map<String, Cursor> cursors = new HashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean up = true;

  static MemoryBroker open(String address) {
    MemoryBroker broker = new MemoryBroker();
    BROKERS.put(address, broker);
    return broker;
  }

  /** Null when nobody answers at the address. */
  static MemoryBroker at(String address) {
    return BROKERS.get(address);
  }

  static void close(String address) {
    BROKERS.remove(address);
  }

  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  boolean isUp() {
    return up;
  }

  void setUp(boolean up) {
    this.up = up;
    listeners.forEach(Runnable::run);
  }

  void append(Message message) {
    synchronized (this) {
      log.add(message);
    }
    listeners.forEach(Runnable::run);
  }

  synchronized List<Message> log() {
    return new ArrayList<>(log);
  }

  synchronized void seek(String clientId, long position) {
    cursor(clientId).next = position;
  }

  /** Makes a cursor at the beginning if there is none. */
  synchronized void join(String clientId) {
    cursor(clientId);
  }

  /** The next message of a client id, null if there is none; there always is one in a flood. */
  synchronized Entry poll(String clientId, boolean flood) {
    Cursor cursor = cursor(clientId);
    if (!cursor.returned.isEmpty()) {
      return cursor.returned.poll();
    }
    if (cursor.next < log.size()) {
      return new Entry(cursor.next, log.get((int) cursor.next++), 1);
    }
    return flood ? new Entry(cursor.next, Message.of("f" + cursor.next++), 1) : null;
  }

  void giveBack(String clientId, Entry entry) {
    synchronized (this) {
      cursor(clientId).returned.add(entry);
    }
    listeners.forEach(Runnable::run);
  }

  private Cursor cursor(String clientId) {
    return cursors.computeIfAbsent(clientId, id -> new Cursor());
  }
}
