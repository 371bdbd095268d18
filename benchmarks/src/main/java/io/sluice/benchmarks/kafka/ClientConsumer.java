/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The client alone: one thread that polls, looks at each value, and commits as often as the
 * endpoint does. That is in the background, one commit at a time, after a poll that ends 1024
 * messages or more, and 20 ms or more, since the last commit.
 */
public final class ClientConsumer implements Contestant {

  private static final int COMMIT_EVERY = 1024;
  private static final long COMMIT_PAUSE = Duration.ofMillis(20).toNanos();
  private static final Duration POLL = Duration.ofMillis(500);

  private final Topics topics;
  private final String topic;

  private long sum;
  private ConsumerRecord<byte[], byte[]> newest;
  private boolean committing;

  public ClientConsumer(Topics topics, String topic) {
    this.topics = topics;
    this.topic = topic;
  }

  @Override
  public String name() {
    return "kafka-clients";
  }

  @Override
  public void run(long messages, Clock clock) {
    committing = false;
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      consumer.subscribe(List.of(topic));
      consume(consumer, messages, clock);
    }
  }

  private void consume(Consumer<byte[], byte[]> consumer, long messages, Clock clock) {
    long received = 0;
    long uncommitted = 0;
    long last = System.nanoTime();
    while (received < messages) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (received++ == 0) {
          clock.start();
        }
        newest = record;
        sum += newest.value().length + newest.value()[0];
        uncommitted++;
        if (received == messages) {
          clock.stop();
        }
      }
      long now = System.nanoTime();
      if (uncommitted >= COMMIT_EVERY && !committing && now - last >= COMMIT_PAUSE) {
        committing = true;
        uncommitted = 0;
        last = now;
        consumer.commitAsync((offsets, failure) -> committing = false);
      }
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            topics.servers(),
            "group.id",
            "benchmark-" + UUID.randomUUID(),
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false,
            "max.poll.records",
            500,
            "enable.metrics.push",
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
