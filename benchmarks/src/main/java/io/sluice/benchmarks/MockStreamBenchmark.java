/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.mock.internal.MockEndpointFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Messages from a mock endpoint without interval to a subscriber, through the Flow API. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MockStreamBenchmark {

  private static final int MESSAGES = 1_000_000;

  @Param({"NONE", "AUTO", "AT_LEAST_ONCE"})
  public Qos qos;

  private MockEndpointFactory factory;
  private MessageEndpoint endpoint;
  private CountingSubscriber subscriber;

  @Setup
  public void subscribe() {
    factory = new MockEndpointFactory();
    endpoint =
        (MessageEndpoint)
            create(factory, EndpointConfiguration.of("bench", Map.of("messageInterval", 0)));
    endpoint.start().toCompletableFuture().join();
    subscriber = new CountingSubscriber();
    endpoint.consume(ConsumeRequest.of(qos)).subscribe(subscriber);
  }

  @TearDown
  public void close() {
    subscriber.cancel();
    endpoint.close();
    factory.close();
  }

  /** A million messages asked for at once; the figures are per message. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long stream() throws InterruptedException {
    return subscriber.receive(MESSAGES);
  }

  /** As a host sees it: the class of the endpoint is the plugin's own. */
  private static Endpoint create(EndpointFactory factory, EndpointConfiguration configuration) {
    return factory.create(configuration);
  }
}
