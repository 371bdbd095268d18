/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.framework;

import io.sluice.endpoint.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;

/** What the endpoints of scripted factories talk to: it outlives them all. */
public final class ScriptedBroker {

  private final Map<String, BlockingDeque<Message>> topics = new ConcurrentHashMap<>();
  private final Set<Runnable> consumers = ConcurrentHashMap.newKeySet();

  /** The texts of the messages that consumers have acknowledged. */
  public final List<String> acknowledged = new CopyOnWriteArrayList<>();

  /** Puts a message to the end of a topic. */
  public void publish(String topic, Message message) {
    topic(topic).addLast(message);
    consumers.forEach(Runnable::run);
  }

  /** The texts of the messages that wait in a topic. */
  public List<String> waiting(String topic) {
    return topic(topic).stream().map(Message::text).toList();
  }

  Message poll(String topic) {
    return topic(topic).pollFirst();
  }

  void giveBack(String topic, Message message) {
    topic(topic).addFirst(message);
    consumers.forEach(Runnable::run);
  }

  void wake(Runnable consumer) {
    consumers.add(consumer);
  }

  void forget(Runnable consumer) {
    consumers.remove(consumer);
  }

  private BlockingDeque<Message> topic(String name) {
    return topics.computeIfAbsent(name, any -> new LinkedBlockingDeque<>());
  }
}
