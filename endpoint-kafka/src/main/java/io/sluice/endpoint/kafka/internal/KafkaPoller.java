/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.Backoff;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the client of one consumer, on a thread of its own, from its first attempt to join the group
 * until it has left it. It goes on polling whatever the subscriber does, as a member that does not
 * poll loses its partitions: when enough records wait, or the consumer is leaving, the partitions
 * are paused.
 *
 * <p>Other threads leave word in a field and {@link #poke} it. The client's listener methods are
 * called within its poll, on the same thread.
 */
final class KafkaPoller implements ConsumerRebalanceListener {

  /** Makes the poller of a consumer. */
  @FunctionalInterface
  interface Maker {
    KafkaPoller make(KafkaConsumer consumer);
  }

  /** How long what a consumer left unsettled can be settled after it has cancelled. */
  static final Duration GRACE = Duration.ofSeconds(5);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration POLL_WHEN_LEAVING = Duration.ofMillis(10);

  /** How long partitions that are to be given up wait for settlements: the whole group waits. */
  private static final Duration REVOCATION_PATIENCE = Duration.ofSeconds(1);

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_CALL_TIMEOUT = Duration.ofSeconds(1);
  private static final long NOT_LEAVING = Long.MAX_VALUE;

  /** Longer than any drain time. */
  private static final Duration FOREVER = Duration.ofDays(36500);

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPoller.class);

  private final String endpoint;
  private final KafkaClients clients;
  private final Qos qos;
  private final KafkaSettings.Consumer settings;
  private final EndpointMeter meter;
  private final KafkaMembership.Groups groups;
  private final KafkaConsumer consumer;
  private final UnsettledBudget budget;
  private final BackPressure pressure;
  private final Backoff backoff;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Where to go on after a message, until the partition is assigned; owned by the thread. */
  private final Map<TopicPartition, Long> resume;

  private final AtomicBoolean poked = new AtomicBoolean();
  private final long born = System.nanoTime();

  /** Nanoseconds since {@link #born} when waiting for settlements ends. Only becomes earlier. */
  private volatile long deadline = NOT_LEAVING;

  private volatile boolean remains;
  private volatile Consumer<byte[], byte[]> client;
  private volatile String trouble;
  private volatile long lag = -1;

  private KafkaGroup group;
  private OffsetCommits commits;
  private KafkaMembership membership;

  /**
   * A poller that is not started.
   *
   * @param threads makes the thread
   * @param resume offsets to start from, in place of the group's positions
   * @param groups what can be done about groups from outside
   */
  KafkaPoller(
      String endpoint,
      KafkaClients clients,
      KafkaGroup group,
      Qos qos,
      KafkaSettings.Consumer settings,
      Backoff backoff,
      Map<TopicPartition, Long> resume,
      EndpointMeter meter,
      KafkaMembership.Groups groups,
      ThreadFactory threads,
      KafkaConsumer consumer) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.group = group;
    this.qos = qos;
    this.settings = settings;
    this.backoff = backoff;
    this.resume = new HashMap<>(resume);
    this.meter = meter;
    this.groups = groups;
    this.consumer = consumer;
    this.budget =
        new UnsettledBudget(settings.maxUnsettled(), settings.maxUnsettledBytes(), consumer::ready);
    this.pressure = new BackPressure(settings);
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
    remains = remain;
    leaveBy(drain);
  }

  /** The last delivery has been handed over. */
  void subscriptionClosed() {
    leaveBy(isLeaving() ? FOREVER : GRACE);
  }

  /** The subscription has taken all of a batch, so that there may be room for more. */
  void batchTaken() {
    if (pressure.isHolding()) {
      poke();
    }
  }

  int unsettled() {
    return budget.count();
  }

  long lag() {
    return lag;
  }

  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private synchronized void leaveBy(Duration time) {
    deadline = Math.min(deadline, System.nanoTime() - born + time.toNanos());
    poke();
  }

  /** Has the thread look around, whatever it waits for. */
  private void poke() {
    if (!poked.getAndSet(true)) {
      Consumer<byte[], byte[]> present = client;
      if (present != null) {
        present.wakeup();
      }
      LockSupport.unpark(thread);
    }
  }

  // The thread

  private void run() {
    try {
      while (!isDone()) {
        session().ifPresent(this::failed);
      }
    } catch (Throwable e) {
      LOG.error("Endpoint '{}', group '{}': the consumer broke", endpoint, group.id(), e);
      consumer.fail(KafkaErrors.of(e));
    } finally {
      ended.complete(null);
    }
  }

  /**
   * From the making of a client until it has failed or is not needed any more, and is closed.
   *
   * @return why it has failed
   */
  private Optional<EndpointException> session() {
    try {
      Consumer<byte[], byte[]> opened = clients.consumer(group);
      membership = new KafkaMembership(opened, group, groups);
      commits = new OffsetCommits(opened, endpoint, settings.maxUnsettled());
      client = opened;
      subscribe(opened);
      while (!isDone() || membership.isJoining()) {
        turn(opened);
      }
      commits.now(positions(consumer.assigned()), LAST_CALL_TIMEOUT);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(KafkaErrors.of(e));
    } finally {
      client = null;
      consumer.unassign(consumer.assigned().stream().map(AssignedPartition::partition).toList());
      if (membership != null) {
        membership.end(remains);
        membership = null;
      }
    }
  }

  private void subscribe(Consumer<byte[], byte[]> opened) {
    if (settings.topicPattern().isPresent()) {
      opened.subscribe(settings.topicPattern().get(), this);
    } else {
      opened.subscribe(settings.topics(), this);
    }
  }

  private void turn(Consumer<byte[], byte[]> opened) {
    membership.polls();
    poked.set(false); // before looking around: what comes later is seen, or wakes the poll
    pressure.regulate(opened, consumer.assigned(), isLeaving());
    try {
      take(opened, opened.poll(isLeaving() ? POLL_WHEN_LEAVING : POLL));
    } catch (WakeupException e) {
      // to look around
    }
    healthy(opened);
    if (!isLeaving()) {
      membership.completeAssignment();
    }
    if (qos == Qos.AUTO || qos == Qos.AT_LEAST_ONCE) {
      commits.progress(consumer.assigned());
    }
  }

  private void take(Consumer<byte[], byte[]> opened, ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty() || qos == Qos.AT_MOST_ONCE && !commitBefore(opened, records)) {
      return;
    }
    for (AssignedPartition each : consumer.assigned()) {
      var batch = records.records(each.partition());
      if (!batch.isEmpty()) {
        long nextOffset = records.nextOffsets().get(each.partition()).offset();
        each.append(batch, nextOffset);
        if (qos == Qos.AT_MOST_ONCE) {
          each.committed(nextOffset);
        }
      }
    }
    consumer.ready();
  }

  /** Whether the records may be delivered: their positions are committed. */
  private boolean commitBefore(
      Consumer<byte[], byte[]> opened, ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    records.nextOffsets().forEach((partition, offset) -> ends.put(partition, offset.offset()));
    if (commits.now(ends, CALL_TIMEOUT)) {
      return true;
    }
    for (TopicPartition partition : records.partitions()) {
      if (opened.assignment().contains(partition)) {
        opened.seek(partition, records.records(partition).get(0).offset());
      }
    }
    return false;
  }

  private void healthy(Consumer<byte[], byte[]> opened) {
    long sum = 0;
    for (AssignedPartition each : consumer.assigned()) {
      sum += opened.currentLag(each.partition()).orElse(0) + each.waiting();
    }
    lag = sum;
    if (trouble != null && !consumer.assigned().isEmpty()) {
      trouble = null;
      backoff.reset();
    }
  }

  private void failed(EndpointException error) {
    if (error.code().equals(ErrorCode.CLIENT_ID_IN_USE) && !group.configured()) {
      // Somebody in this process has the same name, in another framework perhaps.
      LOG.info("Endpoint '{}', group '{}': goes on as a dynamic member", endpoint, group.id());
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
      leaveBy(Duration.ZERO);
      return;
    }
    String reason = "group '" + group.id() + "': " + error.getMessage();
    if (!reason.equals(trouble)) {
      trouble = reason;
      LOG.warn("Endpoint '{}', {}; trying again", endpoint, reason, error);
    }
    pauseFor(delay.get());
  }

  private void pauseFor(Duration delay) {
    poked.set(false);
    long end = System.nanoTime() + delay.toNanos();
    while (!isLeaving() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(this, end - System.nanoTime());
    }
  }

  private boolean isLeaving() {
    return deadline != NOT_LEAVING;
  }

  private boolean isDone() {
    return isLeaving()
        && (System.nanoTime() - born >= deadline || consumer.isClosed() && consumer.isSettled());
  }

  // The client's listener

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    membership.joined();
    if (partitions.isEmpty()) {
      return;
    }
    Starts starts = new Starts(client, CALL_TIMEOUT);
    starts.seek(partitions, resume);
    consumer.assign(
        starts.of(partitions, qos).stream()
            .map(
                start ->
                    new AssignedPartition(
                        start.partition(),
                        start.offset(),
                        start.committed(),
                        qos,
                        settings,
                        budget,
                        meter,
                        consumer))
            .toList());
  }

  /** The partitions go to others: what is settled is committed, the rest will be theirs. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    List<AssignedPartition> leaving = assigned(partitions);
    leaving.forEach(AssignedPartition::revoke);
    awaitSettlement(leaving);
    if (qos != Qos.NONE) {
      commits.now(positions(leaving), CALL_TIMEOUT);
    }
    consumer.unassign(partitions);
  }

  /** The partitions have gone to others already. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    consumer.unassign(partitions);
  }

  private List<AssignedPartition> assigned(Collection<TopicPartition> partitions) {
    return consumer.assigned().stream()
        .filter(each -> partitions.contains(each.partition()))
        .toList();
  }

  private void awaitSettlement(List<AssignedPartition> leaving) {
    long end = System.nanoTime() + REVOCATION_PATIENCE.toNanos();
    while (System.nanoTime() - end < 0
        && !isDone()
        && !leaving.stream().allMatch(AssignedPartition::isSettled)) {
      LockSupport.parkNanos(this, 1_000_000);
    }
  }

  private Map<TopicPartition, Long> positions(List<AssignedPartition> partitions) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    if (qos != Qos.NONE) {
      for (AssignedPartition each : partitions) {
        if (each.position() != each.committed()) {
          positions.put(each.partition(), each.position());
        }
      }
    }
    return positions;
  }
}
