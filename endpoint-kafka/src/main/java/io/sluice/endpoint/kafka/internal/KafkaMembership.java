/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership of one client in its group, from its first request to join until it has left. A
 * member that is gone and has not left would be waited for by its whole group, and keep its
 * partitions, until its session times out. Owned by the thread that owns the client.
 */
final class KafkaMembership {

  /** Takes a static member out of its group by its name; waits for a bounded time. */
  @FunctionalInterface
  interface Removal {
    void remove(String group, String instance);
  }

  /** How long the broker takes to hear that a client wants to join. */
  private static final Duration JOIN_PATIENCE = Duration.ofMillis(500);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(KafkaMembership.class);

  private final Consumer<byte[], byte[]> client;
  private final KafkaGroup group;
  private final Removal removal;
  private long joiningSince;
  private boolean joined;

  KafkaMembership(Consumer<byte[], byte[]> client, KafkaGroup group, Removal removal) {
    this.client = client;
    this.group = group;
    this.removal = removal;
  }

  /** The client is about to poll, and so to join. */
  void polls() {
    if (joiningSince == 0) {
      joiningSince = System.nanoTime();
    }
  }

  /** The client has heard that it is a member. */
  void joined() {
    joined = true;
  }

  /**
   * Whether a request to join may be under way, which the broker would take up after the client has
   * left.
   */
  boolean isJoining() {
    return !joined
        && joiningSince != 0
        && System.nanoTime() - joiningSince < JOIN_PATIENCE.toNanos();
  }

  /**
   * Closes the client, within a bounded time.
   *
   * @param remains whether the member keeps its place, for a successor to take it
   */
  void end(boolean remains) {
    try {
      client.close(
          CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(leaving(remains)));
    } catch (RuntimeException e) {
      LOG.debug("Group '{}': a consumer was not closed cleanly", group.id(), e);
    }
    if (!remains && !joined && joiningSince != 0) {
      // The client does not know its member id yet, so that it could not leave.
      group.instanceId().ifPresent(instance -> removal.remove(group.id(), instance));
    }
  }

  private static GroupMembershipOperation leaving(boolean remains) {
    return remains ? GroupMembershipOperation.DEFAULT : GroupMembershipOperation.LEAVE_GROUP;
  }
}
