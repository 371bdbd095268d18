/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The plain clients of one cluster. */
final class KafkaClients {

  private final Map<String, Object> connection;

  KafkaClients(String bootstrapServers) {
    this(bootstrapServers, Map.of());
  }

  KafkaClients(String bootstrapServers, Map<String, String> security) {
    Map<String, Object> properties = new HashMap<>(security);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    this.connection = Map.copyOf(properties);
  }

  /** A producer that keeps trying for some time. */
  Producer<String, String> producer(Duration patience) {
    Map<String, Object> properties = new HashMap<>(connection);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  /** Produces one record; returns when it has been acknowledged. */
  void send(String topic, String value) throws Exception {
    try (Producer<String, String> producer = producer(Duration.ofSeconds(30))) {
      producer.send(new ProducerRecord<>(topic, value)).get(30, SECONDS);
    }
  }

  /** The values of the first partition, from its beginning, as soon as there are so many. */
  List<String> values(String topic, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = consumer()) {
      List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      long end = System.nanoTime() + SECONDS.toNanos(30);
      while (values.size() < count && System.nanoTime() < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(consumerRecord -> values.add(consumerRecord.value()));
      }
    }
    return values;
  }

  private KafkaConsumer<String, String> consumer() {
    return new KafkaConsumer<>(connection, new StringDeserializer(), new StringDeserializer());
  }
}
