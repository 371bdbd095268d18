/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.benchmarks.comparison.Comparison;
import io.sluice.benchmarks.comparison.Report;
import io.sluice.benchmarks.endpoint.EndpointConsumer;
import io.sluice.benchmarks.endpoint.EndpointPublisher;
import io.sluice.benchmarks.endpoint.EndpointSinglePublisher;
import io.sluice.benchmarks.kafka.ClientConsumer;
import io.sluice.benchmarks.kafka.ClientProducer;
import io.sluice.benchmarks.kafka.KafkaEndpoints;
import io.sluice.benchmarks.kafka.Topics;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * How fast the Kafka endpoint is in comparison with the client alone: messages of 1 KiB, one broker
 * on the same machine, everything with its defaults. See {@link ComparisonOptions}.
 */
public final class KafkaComparison {

  /** More than is consumed, so that no partition comes to its end, where a fetch waits. */
  private static final double SPARE = 1.25;

  static final ComparisonOptions OPTIONS =
      ComparisonOptions.all(400_000, "consume", "consume4", "publish");

  private final ComparisonOptions options;
  private final Report report;
  private final Topics topics;
  private final KafkaEndpoints endpoints;

  private KafkaComparison(
      ComparisonOptions options, Report report, Topics topics, KafkaEndpoints endpoints) {
    this.options = options;
    this.report = report;
    this.topics = topics;
    this.endpoints = endpoints;
  }

  public static void main(String[] args) throws Exception {
    run(OPTIONS.with(args), System.out);
  }

  static void run(ComparisonOptions options, PrintStream out) throws Exception {
    try (KafkaBroker broker =
            KafkaBroker.builder().set("log.retention.check.interval.ms", 1000).start();
        KafkaEndpoints endpoints = new KafkaEndpoints()) {
      Topics topics = new Topics(broker.bootstrapServers());
      new KafkaComparison(options, new Report(out), topics, endpoints).run();
    }
  }

  private void run() throws Exception {
    if (options.includes("consume")) {
      consume(1);
    }
    if (options.includes("consume4")) {
      consume(4);
    }
    if (options.includes("publish")) {
      publish();
    }
  }

  private void consume(int partitions) throws Exception {
    String topic = topics.filled(partitions, (long) (options.messages() * SPARE));
    Supplier<MessageEndpoint> consumer = () -> endpoints.consumer(topics, topic);
    options.run(
        new Comparison(
            "consume %,d messages of 1 KiB, %d partition(s)"
                .formatted(options.messages(), partitions),
            options.messages(),
            List.of(new ClientConsumer(topics, topic)),
            new EndpointConsumer(consumer, Qos.AT_LEAST_ONCE),
            new EndpointConsumer(consumer, Qos.AUTO),
            new EndpointConsumer(consumer, Qos.NONE)),
        report);
  }

  /** A quarter of the messages, as publishing takes longer. */
  private void publish() throws Exception {
    String topic = topics.empty();
    Supplier<MessageEndpoint> producer = () -> endpoints.producer(topics, topic);
    long messages = Math.max(1, options.messages() / 4);
    options.run(
        new Comparison(
            "publish %,d messages of 1 KiB, 1 partition".formatted(messages),
            messages,
            List.of(new ClientProducer(topics, topic)),
            new EndpointPublisher(producer),
            new EndpointSinglePublisher(producer)),
        report);
  }
}
