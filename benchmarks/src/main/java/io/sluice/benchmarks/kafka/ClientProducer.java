/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.benchmarks.endpoint.Payload;
import io.sluice.benchmarks.endpoint.Window;
import java.util.Map;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The client alone, set as the endpoint's defaults set it, with a callback for each record. */
public final class ClientProducer implements Contestant {

  private final Topics topics;
  private final String topic;

  public ClientProducer(Topics topics, String topic) {
    this.topics = topics;
    this.topic = topic;
  }

  @Override
  public String name() {
    return "kafka-clients";
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    byte[] payload = Payload.kibibyte();
    try (Producer<byte[], byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, payload)).get(); // metadata, connections
      clock.start();
      send(producer, payload, messages);
      clock.stop();
    }
  }

  private void send(Producer<byte[], byte[]> producer, byte[] payload, long messages)
      throws Exception {
    Window window = new Window();
    for (long i = 0; i < messages; i++) {
      window.enter();
      producer.send(new ProducerRecord<>(topic, payload), leave(window));
    }
    window.awaitEmpty();
  }

  /** One for each record, as who wants to know the outcome of a record has to make it. */
  private static Callback leave(Window window) {
    return (metadata, failure) -> window.leave(failure);
  }

  private Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            topics.servers(),
            "acks",
            "all",
            "enable.idempotence",
            true,
            "linger.ms",
            5,
            "batch.size",
            16384,
            "buffer.memory",
            67108864,
            "enable.metrics.push",
            false),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
