/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.delivery.ConsumerRegistry;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import io.sluice.endpoint.support.settlement.LaneRotation;
import io.sluice.endpoint.support.settlement.TrackedDelivery;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * One subscription: the source of its deliveries. The poller has a thread of its own, which brings
 * records to the assigned partitions; the subscription takes them from there, partition by
 * partition, in turns of a batch.
 *
 * <p>The methods of {@link DeliverySource} belong to the thread of the subscription, {@link
 * #assign} and {@link #unassign} to the poller's; the others may be called by any.
 */
final class KafkaSubscription
    implements DeliverySource,
        ConsumerRegistry.Member,
        DeliveryLane.Listener<ConsumerRecord<byte[], byte[]>> {

  /** A status is for people to read. */
  private static final int SHOWN_PARTITIONS = 100;

  /** Is told of messages that were removed before they were consumed. */
  @FunctionalInterface
  interface GapListener {
    void skipped(Gap gap);
  }

  private final String endpoint;
  private final GroupMember group;
  private final Qos qos;
  private final KafkaSettings.Consumer settings;
  private final DeliverySubscription subscription;
  private final EndpointMeter meter;
  private final GapListener gaps;
  private final DiscardedMessages discarded;
  private final UnsettledBudget budget;
  private final ConsumerPoller poller;

  /** Filled by the poller. */
  private final LaneRotation<KafkaLane> lanes = new LaneRotation<>(this::batchTaken);

  private volatile boolean closed;

  /**
   * A consumer that does not poll yet.
   *
   * @param discarded deals with messages that are refused for good
   * @param pollers makes the poller of this consumer
   */
  KafkaSubscription(
      String endpoint,
      GroupMember group,
      Qos qos,
      KafkaSettings.Consumer settings,
      DeliverySubscription subscription,
      EndpointMeter meter,
      GapListener gaps,
      DiscardedMessages discarded,
      ConsumerPoller.Maker pollers) {
    this.endpoint = endpoint;
    this.group = group;
    this.qos = qos;
    this.settings = settings;
    this.subscription = subscription;
    this.meter = meter;
    this.gaps = gaps;
    this.discarded = discarded;
    this.budget = new UnsettledBudget(settings.unsettled(), this::ready);
    this.poller = pollers.make(this);
  }

  /** Begins to poll. */
  @Override
  public void open() {
    poller.start();
  }

  @Override
  public Delivery poll() {
    return lanes.poll();
  }

  @Override
  public void delivered(Delivery delivery) {
    lanes.delivered();
  }

  /** What was delivered may still be settled for a while. */
  @Override
  public void closed() {
    closed = true;
    lanes.closed();
    poller.subscriptionClosed();
  }

  @Override
  public void ready() {
    subscription.wakeUp();
  }

  @Override
  public void discarded(TrackedDelivery<ConsumerRecord<byte[], byte[]>> delivery, Runnable done) {
    discarded.discard(delivery.message(), delivery.handle().topic(), done, this::fail);
  }

  String endpoint() {
    return endpoint;
  }

  GroupMember group() {
    return group;
  }

  Qos qos() {
    return qos;
  }

  KafkaSettings.Consumer settings() {
    return settings;
  }

  /** Completes when it has left its group and all its resources are released. */
  @Override
  public CompletableFuture<Void> ended() {
    return poller.ended();
  }

  @Override
  public void stop(Duration drain, boolean successor) {
    boolean open = !subscription.isClosed(); // one that was cancelled has no successor
    poller.stop(drain, open && (successor || group.configured()));
    subscription.complete();
  }

  @Override
  public boolean isLingering() {
    return subscription.isClosed();
  }

  @Override
  public void close() {
    poller.stop(Duration.ZERO, false);
  }

  @Override
  public void fail(EndpointException error) {
    subscription.fail(error);
  }

  /** Whether the subscription has ended, so that no delivery is under way. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public long unsettled() {
    return budget.count();
  }

  /** How many messages wait at the broker and here; negative if that is not known. */
  @Override
  public long lag() {
    return poller.lag();
  }

  /** What an operator should look at. */
  Stream<String> troubles() {
    Optional<String> old =
        lanes.all().stream()
            .map(partition -> partition.unsettledFor(settings.unsettled().age()))
            .flatMap(Optional::stream)
            .findFirst()
            .map(
                id ->
                    "message %s of group '%s' is unsettled for more than %d ms"
                        .formatted(id, group.id(), settings.unsettled().age().toMillis()));
    return Stream.concat(poller.troubles(), old.stream());
  }

  /** The topics that the configuration or the request names; none with a pattern. */
  Set<String> namedTopics() {
    return Set.copyOf(settings.subscription().topics());
  }

  /** Whether it consumes by a pattern that no topic matches. */
  boolean matchesNothing() {
    return settings.subscription().topicPattern().isPresent()
        && poller.topics().filter(Set::isEmpty).isPresent();
  }

  /** The topics of its partitions. */
  Set<String> assignedTopics() {
    return lanes.all().stream().map(each -> each.partition().topic()).collect(Collectors.toSet());
  }

  /** Topics exist under these ids, as the answer to a question of that time. */
  void topicsSeen(Map<String, Uuid> ids, long asked) {
    poller.topicsSeen(ids, asked);
  }

  /** The facts of the status. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("group", group.id());
    details.put("consumes", settings.subscription().text());
    List<KafkaLane> present = lanes.all();
    details.put(
        "assigned",
        present.stream().limit(SHOWN_PARTITIONS).map(each -> each.partition().toString()).toList());
    details.put("partitions", present.size());
    poller.topics().ifPresent(topics -> details.put("matchingTopics", topics.size()));
    poller.note().ifPresent(note -> details.put("note", note));
    return details;
  }

  /** The partitions that are assigned now. */
  List<KafkaLane> assigned() {
    return lanes.all();
  }

  /** Adds partitions. */
  void assign(Collection<StartPositions.Start> added) {
    lanes.add(added.stream().map(this::partition).toList());
  }

  private KafkaLane partition(StartPositions.Start start) {
    return new KafkaLane(endpoint, start, qos, settings, budget, meter, this);
  }

  /** Begins anew in a partition that it keeps: what was delivered of it is void. */
  void restart(TopicPartition partition, long offset) {
    boolean paused = find(partition).map(KafkaLane::isPaused).orElse(false);
    unassign(Set.of(partition));
    assign(List.of(new StartPositions.Start(partition, offset, StartPositions.UNKNOWN)));
    find(partition).ifPresent(each -> each.paused(paused)); // as it is with the client
  }

  /**
   * Passes over messages that are not there any more.
   *
   * @param position the first that was wanted
   * @param first the first that the broker holds
   * @param next where it goes on
   */
  void skipped(TopicPartition partition, long position, long first, long next) {
    find(partition).ifPresent(each -> each.skipTo(next));
    meter.skipped(next - position);
    gaps.skipped(new Gap(group.id(), partition, position, next - 1, first));
  }

  /** A message cannot be read, and is discarded. */
  void unreadable(TopicPartition partition, long next) {
    find(partition).ifPresent(each -> each.skipTo(next));
    meter.failed();
  }

  /** A message cannot be read, which ends the subscription when it comes to it. */
  void endsAt(TopicPartition partition, EndpointException error) {
    find(partition).ifPresent(each -> each.endWith(error));
    ready();
  }

  private Optional<KafkaLane> find(TopicPartition partition) {
    return lanes.all().stream().filter(each -> each.partition().equals(partition)).findFirst();
  }

  /** Takes away all partitions and closes them. */
  void unassignAll() {
    lanes.remove(each -> true).forEach(KafkaLane::close);
  }

  /** Takes away partitions and closes them. */
  void unassign(Collection<TopicPartition> removed) {
    lanes.remove(each -> removed.contains(each.partition())).forEach(KafkaLane::close);
  }

  /** Whether nothing that was delivered waits for its settlement. */
  boolean isSettled() {
    return lanes.all().stream().allMatch(KafkaLane::isSettled);
  }

  private void batchTaken() {
    poller.batchTaken();
  }
}
