/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.benchmarks.comparison.Comparison;
import io.sluice.benchmarks.comparison.Report;
import io.sluice.benchmarks.endpoint.EndpointConsumer;
import io.sluice.benchmarks.endpoint.EndpointPublisher;
import io.sluice.benchmarks.endpoint.EndpointSinglePublisher;
import io.sluice.benchmarks.rabbitmq.ClientConsumer;
import io.sluice.benchmarks.rabbitmq.ClientPublisher;
import io.sluice.benchmarks.rabbitmq.PerfTest;
import io.sluice.benchmarks.rabbitmq.RabbitmqEndpoints;
import io.sluice.benchmarks.rabbitmq.TestQueue;
import io.sluice.benchmarks.rabbitmq.Transport;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.broker.RabbitBroker;
import java.io.PrintStream;
import java.util.List;

/**
 * How fast the RabbitMQ endpoint is in comparison with the client alone and with RabbitMQ PerfTest:
 * persistent messages of 1 KiB, one broker on the same machine, the same bounds of what is
 * unconfirmed and unacknowledged, everything else with its defaults. See {@link ComparisonOptions}.
 */
public final class RabbitmqComparison {

  static final ComparisonOptions OPTIONS = ComparisonOptions.all(100_000, "consume", "publish");

  private final ComparisonOptions options;
  private final Report report;
  private final TestQueue queue;
  private final RabbitmqEndpoints endpoints;

  private RabbitmqComparison(
      ComparisonOptions options, Report report, TestQueue queue, RabbitmqEndpoints endpoints) {
    this.options = options;
    this.report = report;
    this.queue = queue;
    this.endpoints = endpoints;
  }

  public static void main(String[] args) throws Exception {
    run(OPTIONS.with(args), System.out);
  }

  static void run(ComparisonOptions options, PrintStream out) throws Exception {
    if (!RabbitBroker.isInstalled()) {
      out.println("Left out: RabbitMQ and Erlang are not installed on this machine.");
      return;
    }
    try (RabbitBroker broker = RabbitBroker.builder().start();
        TestQueue queue = new TestQueue(broker.host(), broker.port());
        RabbitmqEndpoints endpoints = new RabbitmqEndpoints(queue)) {
      new RabbitmqComparison(options, new Report(out), queue, endpoints).run();
    }
  }

  private void run() throws Exception {
    if (options.includes("consume")) {
      consume();
    }
    if (options.includes("publish")) {
      publish();
    }
  }

  private void consume() throws Exception {
    options.run(
        new Comparison(
            "consume %,d messages of 1 KiB".formatted(options.messages()),
            options.messages(),
            List.of(
                queue.filled(new ClientConsumer(queue, Transport.BLOCKING)),
                queue.filled(PerfTest.consumer(queue))),
            queue.filled(new ClientConsumer(queue, Transport.NETTY)),
            queue.filled(new EndpointConsumer(endpoints::consumer, Qos.AT_LEAST_ONCE)),
            queue.filled(new EndpointConsumer(endpoints::consumer, Qos.AUTO)),
            queue.filled(new EndpointConsumer(endpoints::consumer, Qos.NONE))),
        report);
  }

  private void publish() throws Exception {
    options.run(
        new Comparison(
            "publish %,d messages of 1 KiB, confirmed".formatted(options.messages()),
            options.messages(),
            List.of(
                queue.empty(new ClientPublisher(queue, Transport.BLOCKING)),
                queue.empty(PerfTest.producer(queue))),
            queue.empty(new ClientPublisher(queue, Transport.NETTY)),
            queue.empty(new EndpointPublisher(endpoints::producer)),
            queue.empty(new EndpointSinglePublisher(endpoints::producer))),
        report);
  }
}
