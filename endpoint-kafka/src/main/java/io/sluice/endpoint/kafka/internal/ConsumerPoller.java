/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one consumer on a thread of its own, from its first attempt to join the group until it has
 * left it, with one client after the other: one that fails is closed, and replaced after a while.
 *
 * <p>Other threads leave word in a field and {@link #poke} it.
 */
final class ConsumerPoller {

  /** Makes the poller of a consumer. */
  @FunctionalInterface
  interface Maker {
    ConsumerPoller make(KafkaSubscription consumer);
  }

  private record Look(Map<String, Uuid> ids, long asked) {}

  /** How long what a consumer left unsettled can be settled after it has cancelled. */
  static final Duration SETTLEMENT_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerPoller.class);

  private final String endpoint;
  private final KafkaClients clients;
  private final GroupMembership.Groups groups;
  private final TopicWatch.Topics topicIds;
  private final KafkaSubscription consumer;
  private final ResumePosition resume;
  private final Supplier<Backoff> backoffs;
  private final Backoff backoff;
  private final LeavePlan leavePlan;
  private final Waiting waiting;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean poked = new AtomicBoolean();
  private final Queue<Look> looks = new ConcurrentLinkedQueue<>();

  private volatile ConsumerSession session;
  private volatile Consumer<byte[], byte[]> client;
  private volatile String trouble;
  private volatile String note;
  private volatile Set<String> topics;
  private volatile long lag = -1;

  // Owned by the thread.
  private GroupMember group;
  private boolean resumed;
  private GroupHistory history;

  /**
   * A poller that is not started.
   *
   * @param resume where to start, in place of the group's positions
   * @param backoffs makes what paces attempts
   * @param groups what can be done about groups from outside
   * @param topicIds tells which topics exist
   * @param threads makes the thread
   */
  ConsumerPoller(
      String endpoint,
      KafkaClients clients,
      GroupMember group,
      ResumePosition resume,
      Supplier<Backoff> backoffs,
      GroupMembership.Groups groups,
      TopicWatch.Topics topicIds,
      ThreadFactory threads,
      KafkaSubscription consumer) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.group = group;
    this.resume = resume;
    this.backoffs = backoffs;
    this.backoff = backoffs.get();
    this.groups = groups;
    this.topicIds = topicIds;
    this.consumer = consumer;
    this.leavePlan = new LeavePlan(() -> consumer.isClosed() && consumer.isSettled());
    this.waiting = new Waiting(leavePlan::isOver);
    this.thread = threads.newThread(this::run);
  }

  // Any thread

  void start() {
    thread.start();
  }

  CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * Takes in nothing more, and ends when everything delivered is settled or the time is over.
   *
   * @param remain whether its place in the group is kept
   */
  void stop(Duration drain, boolean remain) {
    leavePlan.remain(remain);
    leavePlan.begin(drain);
    wakeUp();
  }

  /** The last delivery has been handed over. */
  void subscriptionClosed() {
    if (!leavePlan.isBegun()) {
      leavePlan.begin(SETTLEMENT_TIMEOUT);
    }
    wakeUp();
  }

  /** The subscription has taken all of a batch, so that there may be room for more. */
  void batchTaken() {
    ConsumerSession present = session;
    if (present != null && present.isHolding()) {
      poke();
    }
  }

  /**
   * Topics exist under these ids.
   *
   * @param asked when that was so, in {@link System#nanoTime}
   */
  void topicsSeen(Map<String, Uuid> ids, long asked) {
    looks.add(new Look(ids, asked));
    poke();
  }

  long lag() {
    return lag;
  }

  /** What an operator should look at. */
  Stream<String> troubles() {
    ConsumerSession present = session;
    return Stream.concat(
        Optional.ofNullable(trouble).stream(),
        Optional.ofNullable(present).flatMap(ConsumerSession::trouble).stream());
  }

  /** What holds in place of what was asked for; empty if nothing does. */
  Optional<String> note() {
    return Optional.ofNullable(note);
  }

  /** The topics that are consumed, as far as they are known: with a pattern those that match. */
  Optional<Set<String>> topics() {
    return Optional.ofNullable(topics);
  }

  /** Wakes the thread up from every wait. */
  private void poke() {
    if (!poked.getAndSet(true)) {
      wakeUp();
    }
  }

  /** Ends what the thread waits for, also if a call that is made again has taken an earlier one. */
  private void wakeUp() {
    Consumer<byte[], byte[]> present = client;
    if (present != null) {
      present.wakeup();
    }
    LockSupport.unpark(thread);
  }

  // The thread

  private void run() {
    try {
      while (!leavePlan.isOver()) {
        serve().ifPresent(this::failed);
      }
    } catch (Throwable e) {
      LOG.error(
          "Endpoint '{}', group '{}': the consumer failed unexpectedly; its subscription ends",
          endpoint,
          group.id(),
          e);
      consumer.fail(KafkaErrors.of(e));
    } finally {
      ended.complete(null);
    }
  }

  /**
   * Serves with one client until it has failed or is not needed any more.
   *
   * @return why it has failed
   */
  private Optional<EndpointException> serve() {
    try {
      OffsetReset reset = OffsetReset.of(consumer.settings().fetch().autoOffsetReset());
      serve(clients.consumer(consumer.settings(), group), reset);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(error(e));
    }
  }

  private void serve(Consumer<byte[], byte[]> opened, OffsetReset reset) {
    GroupMembership membership = new GroupMembership(opened, group, groups);
    client = opened;
    try {
      poked.set(false);
      if (leavePlan.isOver()) {
        return; // a poke from before could not reach the client
      }
      begin(opened);
      serve(session(opened, membership, reset));
    } finally {
      session = null;
      client = null; // nothing wakes up a client that is being closed
      consumer.unassignAll();
      membership.end(leavePlan.remains());
    }
  }

  /** What is done once, before the group is joined for the first time. */
  private void begin(Consumer<byte[], byte[]> opened) {
    if (history == null) { // before this consumer leaves its mark itself
      history = GroupHistory.of(opened, waiting, consumer.settings(), mark(), timeout());
    }
    if (!resumed && !resume.isEmpty() && !moveGroup(opened)) {
      note =
          "the group has other members, whose positions hold, and not the message id to resume after";
      LOG.warn("Endpoint '{}', group '{}': {}", endpoint, group.id(), note);
    }
    resumed = true;
  }

  /** The place that a predecessor has kept for this consumer is no other member. */
  private boolean moveGroup(Consumer<byte[], byte[]> opened) {
    if (resume.moveGroup(opened, waiting, mark(), timeout())) {
      return true;
    }
    String instance = group.instanceId().orElse("");
    if (instance.isEmpty() || !groups.isOnlyMember(group.id(), instance)) {
      return false;
    }
    groups.removeMember(group.id(), instance);
    return resume.moveGroup(opened, waiting, mark(), timeout());
  }

  private void serve(ConsumerSession opened) {
    session = opened;
    try {
      opened.subscribe();
      while (!leavePlan.isOver() || opened.isJoining()) {
        poked.set(false); // before looking around: what comes later is seen, or wakes the poll
        for (var look = looks.poll(); look != null; look = looks.poll()) {
          opened.topicsSeen(look.ids(), look.asked());
        }
        opened.turn();
        turned(opened);
      }
    } finally {
      opened.close();
    }
  }

  private ConsumerSession session(
      Consumer<byte[], byte[]> opened, GroupMembership membership, OffsetReset reset) {
    return new ConsumerSession(
        opened,
        waiting,
        membership,
        new OffsetCommits(
            opened, endpoint, group, mark(), consumer.settings().unsettled().messages(), history),
        consumer,
        topicIds,
        reset,
        new StartPositions(opened, waiting, reset, history, consumer.qos() != Qos.NONE, timeout()),
        leavePlan,
        backoffs.get());
  }

  private String mark() {
    return consumer.settings().subscription().mark();
  }

  private static Duration timeout() {
    return ConsumerSession.CALL_TIMEOUT;
  }

  private void turned(ConsumerSession opened) {
    lag = opened.lag();
    if (consumer.settings().subscription().topicPattern().isPresent()) {
      topics = opened.topics();
    }
    if (trouble != null && opened.isMember()) {
      trouble = null;
      backoff.reset();
    }
  }

  private void failed(EndpointException error) {
    if (leavePlan.isOver()) {
      return;
    }
    if (error.code().equals(ErrorCode.CLIENT_ID_IN_USE) && !group.configured()) {
      // Another framework in this process makes out the same name, perhaps.
      LOG.info(
          "Endpoint '{}', group '{}': the consumer continues as a dynamic member",
          endpoint,
          group.id());
      group = group.dynamic();
      return;
    }
    boolean curable =
        error.isRetryable()
            || error.code().equals(ErrorCode.AUTHENTICATION_FAILED)
            || error.code().equals(ErrorCode.NOT_AUTHORIZED)
            || error.code().equals(ErrorCode.TLS_FAILED);
    Optional<Duration> delay = curable ? backoff.next() : Optional.empty();
    if (delay.isEmpty()) {
      consumer.fail(error);
      leavePlan.begin(Duration.ZERO);
      return;
    }
    String reason = "group '" + group.id() + "': " + error.getMessage();
    if (!reason.equals(trouble)) {
      trouble = reason;
      LOG.warn("Endpoint '{}', {}; the consumer tries again", endpoint, reason, error);
    }
    pauseFor(delay.get());
  }

  /** What is wrong with the group is told in the words of the settings. */
  private EndpointException error(RuntimeException failure) {
    EndpointException error = KafkaErrors.of(failure);
    if (error.getCause() instanceof UnsupportedVersionException && !group.isClassic()) {
      return new EndpointException(
          ErrorCode.INVALID_CONFIGURATION,
          "the brokers do not support consumer.groupProtocol '%s' (KIP-848): use brokers of Kafka 4.0 or later, or set '%s'"
              .formatted(group.protocol(), GroupMember.CLASSIC),
          false,
          error.getCause());
    }
    if (error.getCause() instanceof InconsistentGroupProtocolException) {
      return new EndpointException(
          ErrorCode.INVALID_CONFIGURATION,
          "group '%s' has members that do not know consumer.assignmentStrategy '%s' or are of another consumer.groupProtocol: set those of the other members"
              .formatted(group.id(), consumer.settings().group().assignmentStrategy()),
          false,
          error.getCause());
    }
    return error;
  }

  private void pauseFor(Duration delay) {
    poked.set(false);
    long end = System.nanoTime() + delay.toNanos();
    while (!leavePlan.isBegun() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(this, end - System.nanoTime());
    }
  }
}
