/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a consumer goes on whose position a broker does not hold.
 *
 * <ul>
 *   <li>Retention has removed what was there: where {@code autoOffsetReset} says. What is passed
 *       over is a gap, which is told by its first and last offset.
 *   <li>The topic was deleted and made again: nothing of it was consumed yet, so it begins at its
 *       beginning. The id of the topic tells (KIP-516), also where the new log holds the position.
 *   <li>The log was cut when its leader changed: where the two logs part (KIP-320), or where {@code
 *       autoOffsetReset} says if that is not known.
 * </ul>
 *
 * <p>Used by the thread that owns the client.
 */
final class LostPositions {

  private static final Logger LOG = LoggerFactory.getLogger(LostPositions.class);
  private static final Duration ID_TIMEOUT = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> client;
  private final Waiting waiting;
  private final KafkaSubscription consumer;
  private final TopicWatch.Topics topics;
  private final OffsetReset reset;
  private final Duration timeout;

  LostPositions(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      KafkaSubscription consumer,
      TopicWatch.Topics topics,
      OffsetReset reset,
      Duration timeout) {
    this.client = client;
    this.waiting = waiting;
    this.consumer = consumer;
    this.topics = topics;
    this.reset = reset;
    this.timeout = timeout;
  }

  /** Asks for the ids of the topics of new partitions; does not wait. */
  void assigned(Collection<TopicPartition> partitions) {
    long now = System.nanoTime();
    topics
        .ids(partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()))
        .thenAccept(ids -> consumer.topicsSeen(ids, now));
  }

  /** Begins anew in partitions whose topic has got another id since they were assigned. */
  void topicsSeen(Map<String, Uuid> ids, long asked) {
    for (KafkaLane each : consumer.assigned()) {
      Uuid id = ids.get(each.partition().topic());
      if (id == null || id.equals(Uuid.ZERO_UUID) || !each.isOlderThan(asked)) {
        continue;
      }
      if (each.topicId() == null) {
        each.topicId(id);
      } else if (!each.topicId().equals(id)) {
        beginAnew(each.partition());
      }
    }
  }

  /**
   * Moves the client to where it goes on.
   *
   * @throws io.sluice.endpoint.EndpointException if that is nowhere
   */
  void goOn(OffsetOutOfRangeException lost) {
    Map<TopicPartition, OffsetAndMetadata> cut =
        lost instanceof LogTruncationException truncated ? truncated.divergentOffsets() : Map.of();
    lost.offsetOutOfRangePartitions()
        .forEach(
            (partition, position) -> {
              if (!client.assignment().contains(partition)) {
                return;
              }
              if (cut.containsKey(partition) && isSameTopic(partition)) {
                goOnWhereCut(partition, cut.get(partition));
              } else if (cut.containsKey(partition)) {
                beginAnew(partition);
              } else {
                goOn(partition, position);
              }
            });
  }

  /** Without an answer it is taken for another one: to repeat is better than to skip. */
  private boolean isSameTopic(TopicPartition partition) {
    Optional<Uuid> before = find(partition).map(KafkaLane::topicId);
    return before.isPresent() && before.equals(id(partition.topic()));
  }

  private Optional<Uuid> id(String topic) {
    try {
      var ids = topics.ids(Set.of(topic)).toCompletableFuture();
      return Optional.ofNullable(ids.get(ID_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).get(topic));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The id of topic '{}' is not known", topic, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void goOnWhereCut(TopicPartition partition, OffsetAndMetadata where) {
    OffsetAndMetadata next = earlier(partition, where);
    LOG.warn(
        "Endpoint '{}', group '{}': the log of {} was cut at offset {} when its leader changed;"
            + " consuming goes on at offset {}",
        consumer.endpoint(),
        consumer.group().id(),
        partition,
        where.offset(),
        next.offset());
    goOn(partition, next);
  }

  /** What waits or is not settled in front of an offset is to be fetched again. */
  private OffsetAndMetadata earlier(TopicPartition partition, OffsetAndMetadata target) {
    Optional<KafkaLane> present = find(partition);
    present.ifPresent(KafkaLane::revoke); // before its position is read
    return present
        .map(LostPositions::position)
        .filter(position -> position.offset() < target.offset())
        .orElse(target);
  }

  private static OffsetAndMetadata position(KafkaLane partition) {
    long position = partition.position();
    return new OffsetAndMetadata(position, partition.epochBefore(position), "");
  }

  /** In the same topic. */
  private void goOn(TopicPartition partition, OffsetAndMetadata position) {
    Uuid id = find(partition).map(KafkaLane::topicId).orElse(null);
    client.seek(partition, position);
    consumer.restart(partition, position.offset());
    find(partition).ifPresent(each -> each.topicId(id));
  }

  private Optional<KafkaLane> find(TopicPartition partition) {
    return consumer.assigned().stream()
        .filter(each -> each.partition().equals(partition))
        .findFirst();
  }

  private void goOn(TopicPartition partition, long position) {
    long first = first(partition);
    long end = waiting.on(() -> client.endOffsets(List.of(partition), timeout)).get(partition);
    if (position > end && isSameTopic(partition)) {
      goOnAfterLoss(partition, position, end);
    } else if (position > end) {
      beginAnew(partition);
    } else if (position < first) {
      passGap(partition, position, first, end);
    } else {
      client.seek(partition, position); // the log has grown meanwhile
    }
  }

  private long first(TopicPartition partition) {
    return waiting.on(() -> client.beginningOffsets(List.of(partition), timeout)).get(partition);
  }

  private void beginAnew(TopicPartition partition) {
    long first = first(partition);
    LOG.info(
        "Endpoint '{}', group '{}': topic '{}' was made again; {} begins at offset {}",
        consumer.endpoint(),
        consumer.group().id(),
        partition.topic(),
        partition,
        first);
    client.seek(partition, first);
    consumer.restart(partition, first);
    assigned(List.of(partition));
  }

  /** Where the logs part is not known: no epoch tells. */
  private void goOnAfterLoss(TopicPartition partition, long position, long end) {
    if (reset.kind() == OffsetReset.Kind.NONE) {
      throw KafkaPosition.unknown(
          "group '%s' is at offset %d of %s, whose log was cut and ends at %d, and consumer.autoOffsetReset is none"
              .formatted(consumer.group().id(), position, partition, end));
    }
    long target =
        reset.kind() == OffsetReset.Kind.LATEST
            ? end
            : reset.offsets(client, waiting, List.of(partition), timeout).get(partition);
    OffsetAndMetadata next = earlier(partition, new OffsetAndMetadata(target));
    LOG.warn(
        "Endpoint '{}', group '{}': {} was consumed up to offset {}, and its log was cut and ends at"
            + " {}; consuming goes on at offset {}, as consumer.autoOffsetReset and what is unsettled say",
        consumer.endpoint(),
        consumer.group().id(),
        partition,
        position,
        end,
        next.offset());
    goOn(partition, next);
  }

  private void passGap(TopicPartition partition, long position, long first, long end) {
    if (reset.kind() == OffsetReset.Kind.NONE) {
      throw KafkaPosition.unknown(
          "group '%s' is at offset %d of %s, which holds the offsets %d to %d only, and consumer.autoOffsetReset is none"
              .formatted(consumer.group().id(), position, partition, first, end - 1));
    }
    Map<TopicPartition, Long> target = reset.offsets(client, waiting, List.of(partition), timeout);
    long next = Math.max(first, target.get(partition));
    client.seek(partition, next);
    consumer.skipped(partition, position, first, next);
  }
}
