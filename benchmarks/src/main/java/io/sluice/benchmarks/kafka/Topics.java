/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.endpoint.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the topics of a comparison. */
public final class Topics {

  private final String servers;

  public Topics(String servers) {
    this.servers = servers;
  }

  /** Where they are. */
  String servers() {
    return servers;
  }

  /** A topic to publish to, which keeps some of what is newest. */
  public String empty() throws Exception {
    String topic = create(1, Map.of("retention.bytes", "268435456", "segment.bytes", "67108864"));
    fill(topic, 1, 1);
    return topic;
  }

  /**
   * A topic that holds messages, spread evenly, in batches as the endpoint's defaults make them.
   */
  public String filled(int partitions, long messages) throws Exception {
    String topic = create(partitions, Map.of());
    fill(topic, partitions, messages);
    return topic;
  }

  /**
   * Sends to each partition in turn, and waits for the first message of each: batches to a
   * partition that has no leader yet may overtake each other, and those that come late are refused
   * until they time out.
   */
  private void fill(String topic, int partitions, long messages) throws Exception {
    byte[] payload = Payload.kibibyte();
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 5, "buffer.memory", 67108864),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < partitions; i++) {
        producer.send(new ProducerRecord<>(topic, i, null, payload)).get();
      }
      for (long i = partitions; i < messages; i++) {
        producer.send(
            new ProducerRecord<>(topic, (int) (i % partitions), null, payload),
            (metadata, e) -> failure.compareAndSet(null, e));
      }
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private String create(int partitions, Map<String, String> properties) throws Exception {
    String name = "benchmark-" + UUID.randomUUID();
    NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(topic.configs(properties))).all().get();
    }
    return name;
  }
}
