/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.benchmarks.comparison.Comparison;
import io.sluice.benchmarks.comparison.Profile;
import io.sluice.benchmarks.comparison.Report;
import io.sluice.benchmarks.kafka.ClientConsumer;
import io.sluice.benchmarks.kafka.ClientProducer;
import io.sluice.benchmarks.kafka.EndpointConsumer;
import io.sluice.benchmarks.kafka.EndpointPublisher;
import io.sluice.benchmarks.kafka.EndpointSinglePublisher;
import io.sluice.benchmarks.kafka.KafkaEndpoints;
import io.sluice.benchmarks.kafka.Topics;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.io.PrintStream;
import java.util.Map;

/**
 * How fast the Kafka endpoint is in comparison with the client alone: messages of 1 KiB, one broker
 * on the same machine, everything with its defaults. See {@link ComparisonOptions}.
 */
public final class KafkaComparison {

  /** More than is consumed, so that no partition comes to its end, where a fetch waits. */
  private static final double SPARE = 1.25;

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
    run(ComparisonOptions.of(args), System.out);
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
    compare(
        new Comparison(
            "consume %,d messages of 1 KiB, %d partition(s)"
                .formatted(options.messages(), partitions),
            options.messages(),
            new ClientConsumer(topics, topic),
            new EndpointConsumer(endpoints, topics, topic, Qos.AT_LEAST_ONCE),
            new EndpointConsumer(endpoints, topics, topic, Qos.AUTO),
            new EndpointConsumer(endpoints, topics, topic, Qos.NONE)));
  }

  /** A quarter of the messages, as publishing takes longer. */
  private void publish() throws Exception {
    String topic = topics.empty();
    long messages = Math.max(1, options.messages() / 4);
    compare(
        new Comparison(
            "publish %,d messages of 1 KiB, 1 partition".formatted(messages),
            messages,
            new ClientProducer(topics, topic),
            new EndpointPublisher(endpoints, topics, topic),
            new EndpointSinglePublisher(endpoints, topics, topic)));
  }

  private void compare(Comparison comparison) throws Exception {
    comparison.run(options.warmUps(), options.pairs());
    report.print(comparison);
    if (options.profile()) {
      report.printThreads(comparison);
      for (Map.Entry<String, Profile> each : comparison.profile().entrySet()) {
        report.print(each.getKey(), each.getValue());
      }
    }
  }
}
