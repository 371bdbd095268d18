/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the clients of one endpoint. They load classes by name, so they are made under the bundle's
 * class loader, and their serializers are given as instances. Making a client may look up host
 * names, and so takes a thread that may wait. Safe for use by many threads.
 */
class KafkaClients {

  private static final Map<String, Class<?>> ASSIGNORS =
      Map.of(
          "cooperative-sticky", CooperativeStickyAssignor.class,
          "sticky", StickyAssignor.class,
          "range", RangeAssignor.class,
          "round-robin", RoundRobinAssignor.class);

  private static final ContextClassLoader LOADER = ContextClassLoader.of(KafkaClients.class);

  private final String endpoint;
  private final KafkaSettings settings;
  private final AtomicInteger last = new AtomicInteger();

  KafkaClients(String endpoint, KafkaSettings settings) {
    this.endpoint = endpoint;
    this.settings = settings;
  }

  /** The name of the endpoint. */
  String endpoint() {
    return endpoint;
  }

  /** A client that looks after the connection. */
  Admin admin() {
    Map<String, Object> properties = common("connection");
    return make(() -> Admin.create(properties));
  }

  /** A client that sends, and whose {@code send} does not wait. */
  Producer<byte[], byte[]> producer() {
    KafkaSettings.Producer producer = settings.producer();
    long timeout = producer.inFlight().timeout().toMillis();
    // The client wants a request's timeout and the linger within the timeout of a message.
    long linger = Math.min(producer.linger().toMillis(), timeout / 4);
    Map<String, Object> properties = common("producer");
    properties.putIfAbsent(
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.min(10_000, timeout / 2));
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, linger);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, producer.batchSize());
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, producer.bufferMemory());
    properties.put(ProducerConfig.ACKS_CONFIG, producer.acks());
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, producer.idempotence());
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, producer.compressionType());
    return make(
        () ->
            new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /** A client that asks which topics there are; brokers make them as for a producer. */
  Consumer<byte[], byte[]> scout() {
    Map<String, Object> properties = common("topics");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, true);
    return make(
        () ->
            new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /** A client that consumes as a member of a group. */
  Consumer<byte[], byte[]> consumer(KafkaSettings.Consumer consumer, GroupMember group) {
    Map<String, Object> properties = common("consumer");
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group.id());
    group.instanceId().ifPresent(id -> properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, group.protocol());
    if (group.isClassic()) { // else the broker assigns the partitions
      properties.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          ASSIGNORS.get(consumer.group().assignmentStrategy()).getName());
    }
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // the endpoint decides
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, consumer.fetch().isolationLevel());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, consumer.pollRecords());
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, consumer.fetch().fetchMaxBytes());
    return make(
        () ->
            new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  private Map<String, Object> common(String role) {
    Map<String, Object> properties = new HashMap<>(settings.clientProperties());
    properties.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        String.join(",", settings.bootstrapServers()));
    properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, settings.securityProtocol());
    // The client names its threads and MBeans after this.
    properties.put(
        CommonClientConfigs.CLIENT_ID_CONFIG,
        "sluice-kafka-" + endpoint + "-" + role + "-" + last.incrementAndGet());
    properties.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return properties;
  }

  private static <T> T make(java.util.function.Supplier<T> construction) {
    ContextClassLoader.Scope scope = LOADER.enter();
    try {
      NativeCodecs.load();
      return construction.get();
    } finally {
      scope.close();
    }
  }
}
