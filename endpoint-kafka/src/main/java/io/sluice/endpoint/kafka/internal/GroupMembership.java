/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership of one client in its group, from its first request to join until it has left. A
 * member that is gone and has not left would be waited for by its whole group, and keep its
 * partitions, until its session times out. Owned by the thread that owns the client.
 */
final class GroupMembership {

  /** What can be known and done about a group from outside. */
  interface Groups {

    /** Whether anything can be asked yet. */
    boolean isReachable();

    /**
     * Whether a group has one member, with this name; waits for a bounded time, without an answer
     * for false.
     */
    boolean isOnlyMember(String group, String instance);

    /** Takes a static member out of its group by its name; waits for a bounded time. */
    void removeMember(String group, String instance);

    /**
     * The partitions that the members of a group have.
     *
     * @return does not complete, or fails, while that is not settled or not known
     */
    CompletionStage<Set<TopicPartition>> assignedPartitions(String group);
  }

  /** How long the broker takes to hear that a client wants to join. */
  private static final Duration JOIN_TIMEOUT = Duration.ofMillis(500);

  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final long CHECK_INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Logger LOG = LoggerFactory.getLogger(GroupMembership.class);

  private final Consumer<byte[], byte[]> client;
  private final GroupMember group;
  private final Groups groups;
  private long joiningSince;
  private boolean joined;
  private long nextCheck = System.nanoTime();

  /** Whether the broker has told which partitions have members. */
  private volatile boolean checked;

  /** Set by the thread that has the broker's answer. */
  private volatile boolean incomplete;

  GroupMembership(Consumer<byte[], byte[]> client, GroupMember group, Groups groups) {
    this.client = client;
    this.group = group;
    this.groups = groups;
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

  /** Whether the client is a member, as far as it has heard. */
  boolean isMember() {
    return joined;
  }

  /**
   * Sees to it that every partition has a member. A group to which a static member returns keeps
   * the assignment that it had (KIP-814), and the client takes topics and partitions that are newer
   * for assigned; it notices only what comes later.
   */
  void completeAssignment() {
    if (joined
        && !checked
        && group.isClassic()
        && group.instanceId().isPresent()
        && System.nanoTime() - nextCheck >= 0
        && groups.isReachable()) {
      check();
    }
    if (incomplete) {
      incomplete = false;
      client.enforceRebalance("partitions have no member");
    }
  }

  private void check() {
    Set<TopicPartition> consumed = new HashSet<>();
    try {
      for (String topic : client.subscription()) {
        client
            .partitionsFor(topic, METADATA_TIMEOUT)
            .forEach(info -> consumed.add(new TopicPartition(topic, info.partition())));
      }
    } catch (WakeupException e) {
      return; // in the next turn, then
    } catch (KafkaException e) {
      // A topic that does not exist yet is noticed when it does; the client knows the others.
      LOG.debug("Group '{}': not every topic is known", group.id(), e);
    }
    nextCheck = System.nanoTime() + CHECK_INTERVAL_NANOS; // unless the answer comes before
    groups
        .assignedPartitions(group.id())
        .thenAccept(
            assigned -> {
              incomplete = !assigned.containsAll(consumed);
              checked = true;
            });
  }

  /**
   * Whether a request to join may be under way, which the broker would take up after the client has
   * left.
   */
  boolean isJoining() {
    return !joined
        && joiningSince != 0
        && System.nanoTime() - joiningSince < JOIN_TIMEOUT.toNanos();
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
      group.instanceId().ifPresent(instance -> groups.removeMember(group.id(), instance));
    }
  }

  private static GroupMembershipOperation leaving(boolean remains) {
    return remains ? GroupMembershipOperation.DEFAULT : GroupMembershipOperation.LEAVE_GROUP;
  }
}
