/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics of a broker, as a test uses them with clients of its own. */
final class KafkaTopics implements AutoCloseable {

  private final String servers;
  private final Admin admin;
  private final Producer<byte[], byte[]> producer;

  KafkaTopics(String servers) {
    this.servers = servers;
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 1, "buffer.memory", 64 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Makes a topic that nobody has used. */
  String create(int partitions) {
    return create(partitions, Map.of());
  }

  /** Makes a topic that nobody has used, with properties of its own. */
  String create(int partitions, Map<String, String> properties) {
    String name = "t-" + UUID.randomUUID();
    NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
    join(admin.createTopics(List.of(topic.configs(properties))).all());
    awaitLeaders(name, partitions);
    return name;
  }

  /** Until then a producer's first batches may overtake each other, and never arrive. */
  private void awaitLeaders(String name, int partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
    }
    await("leaders of " + name)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptionsInstanceOf(ExecutionException.class) // the topic is not known yet
        .until(() -> admin.listOffsets(ends).all().get() != null);
  }

  /** Makes a topic of a name, with one partition. */
  void createNamed(String name) {
    join(admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all());
    awaitLeaders(name, 1);
  }

  /** Deletes a topic, and waits until the broker does not know it any more. */
  void delete(String name) {
    join(admin.deleteTopics(List.of(name)).all());
    await("end of " + name)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !admin.listTopics().names().get().contains(name));
  }

  /** Sends a record without waiting; {@link #flush()} does. */
  void queue(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  void flush() {
    producer.flush();
  }

  /** Sends texts, to each partition in turn, and waits until they are there. */
  void send(String topic, int count, IntFunction<String> text) {
    int partitions = producer.partitionsFor(topic).size();
    List<Future<RecordMetadata>> sent = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] payload = text.apply(i).getBytes();
      sent.add(producer.send(new ProducerRecord<>(topic, i % partitions, null, payload)));
    }
    producer.flush();
    sent.forEach(KafkaTopics::join);
  }

  /** Sends one record and waits until it is there. */
  RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
    return join(producer.send(record));
  }

  /** The first records of a topic, partition by partition; fewer if no more come in time. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, int count, Duration patience) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      long end = System.nanoTime() + patience.toNanos();
      while (records.size() < count && System.nanoTime() - end < 0) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  /** What a group has committed in a topic with one partition; negative if nothing. */
  long committed(String group, String topic) {
    return position(group, topic).map(OffsetAndMetadata::offset).orElse(-1L);
  }

  /** What a group has committed in a topic with one partition, with all that goes along. */
  Optional<OffsetAndMetadata> position(String group, String topic) {
    return position(group, new TopicPartition(topic, 0));
  }

  /** What a group has committed in a partition. */
  Optional<OffsetAndMetadata> position(String group, TopicPartition partition) {
    return Optional.ofNullable(
        join(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).get(partition));
  }

  /** A transaction that has the positions of a group under way, to be ended by its user. */
  Producer<byte[], byte[]> positionsUnderWay(String group, String topic) {
    Producer<byte[], byte[]> transactional = transactional();
    transactional.beginTransaction();
    transactional.sendOffsetsToTransaction(
        Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)),
        new ConsumerGroupMetadata(group));
    return transactional;
  }

  private Producer<byte[], byte[]> transactional() {
    Producer<byte[], byte[]> transactional =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "transactional.id", "tx-" + UUID.randomUUID()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    transactional.initTransactions();
    return transactional;
  }

  /** Sends texts to partition 0 in one transaction, which is committed or aborted. */
  void transaction(String topic, int count, boolean commit) {
    try (Producer<byte[], byte[]> transactional = transactional()) {
      transactional.beginTransaction();
      for (int i = 0; i < count; i++) {
        transactional.send(new ProducerRecord<>(topic, 0, null, ("tx" + i).getBytes()));
      }
      transactional.flush();
      if (commit) {
        transactional.commitTransaction();
      } else {
        transactional.abortTransaction();
      }
    }
  }

  /** How many members a group has; none if nobody has heard of it. */
  int members(String group) {
    return describe(group).map(description -> description.members().size()).orElse(0);
  }

  /** The names of the static members of a group. */
  List<String> instanceIds(String group) {
    return describe(group).stream()
        .flatMap(description -> description.members().stream())
        .flatMap(member -> member.groupInstanceId().stream())
        .toList();
  }

  /** Whether a group has so many members, each of which has partitions. */
  boolean isBalanced(String group, int members) {
    return describe(group)
        .filter(description -> description.groupState() == GroupState.STABLE)
        .filter(description -> description.members().size() == members)
        .filter(
            description ->
                description.members().stream()
                    .noneMatch(member -> member.assignment().topicPartitions().isEmpty()))
        .isPresent();
  }

  private Optional<ConsumerGroupDescription> describe(String group) {
    try {
      return Optional.of(admin.describeConsumerGroups(List.of(group)).all().get().get(group));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The client for everything else. */
  Admin admin() {
    return admin;
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }

  static <T> T join(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
