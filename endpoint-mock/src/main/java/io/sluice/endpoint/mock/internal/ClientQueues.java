/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The queues by client id. A queue without consumers is remembered, for its position, as long as
 * there are not too many of them. Not safe for use by many threads.
 */
final class ClientQueues {

  /** How many client ids without consumers are remembered. */
  static final int MAX_IDLE_QUEUES = 256;

  private final MockSettings settings;
  private final MessageSequence messages;

  /** By client id, the longest unused first. */
  private final Map<String, ClientQueue> queues = new LinkedHashMap<>(16, 0.75f, true);

  ClientQueues(MockSettings settings) {
    this.settings = settings;
    this.messages = new MessageSequence(settings.messages());
  }

  /** The queue of a client id, which may be new. */
  ClientQueue of(String clientId) {
    ClientQueue queue =
        queues.computeIfAbsent(clientId, id -> new ClientQueue(id, settings, messages));
    forgetIdleBut(queue);
    return queue;
  }

  Iterable<ClientQueue> all() {
    return queues.values();
  }

  /** Those that have a consumer. */
  List<ClientQueue> present() {
    return queues.values().stream().filter(ClientQueue::isActive).toList();
  }

  boolean areDrained() {
    return queues.values().stream().allMatch(ClientQueue::isDrained);
  }

  /** How many messages wait for consumers; negative if there is no limit. */
  long lag() {
    long lag = 0;
    for (ClientQueue queue : queues.values()) {
      long waiting = queue.lag();
      if (waiting < 0) {
        return waiting;
      }
      lag += waiting;
    }
    return lag;
  }

  private void forgetIdleBut(ClientQueue needed) {
    long idle = queues.values().stream().filter(ClientQueue::isIdle).count();
    Iterator<ClientQueue> oldest = queues.values().iterator();
    while (idle > MAX_IDLE_QUEUES && oldest.hasNext()) {
      ClientQueue queue = oldest.next();
      if (queue != needed && queue.isIdle()) {
        oldest.remove();
        idle--;
      }
    }
  }
}
