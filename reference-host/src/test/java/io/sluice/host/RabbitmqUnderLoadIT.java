/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.tck.broker.AmqpBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipe publishes to RabbitMQ what a mock endpoint makes, and an event stream reads it there,
 * while the RabbitMQ bundle is replaced twenty times, and while the broker is killed.
 */
@Timeout(1_200)
class RabbitmqUnderLoadIT {

  private static final String BUNDLE_CLASS =
      "io.sluice.endpoint.rabbitmq.internal.RabbitmqEndpointFactory";
  private static final int KILLS = 3;

  private static final int IN_FLIGHT = 400;

  /**
   * How much of the stream a disturbance may repeat: what was delivered and not settled (the
   * consumer's maxUnsettled), and copies in the queue of what the pipe had published without
   * hearing that it is confirmed (the producer's maxInFlight) and publishes again.
   */
  private static final int WINDOW = 1024 + IN_FLIGHT;

  /**
   * The same for a crash of the broker, which forgets the acknowledgements that it has not written
   * to disk yet: those of some seconds.
   */
  private static final int WINDOW_OF_KILL = 20_000;

  private static final int MIN_PER_SECOND = 500;

  private static final Duration MAX_GAP_OF_KILL = Duration.ofSeconds(30);

  @TempDir private Path load;
  @TempDir private Path releases;

  private AmqpBroker broker;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    broker = AmqpBrokers.start();
    configure();
    gateway = GatewayProcess.start(load);
    gateway.awaitState("writer", "UP");
    gateway.awaitState("reader", "UP");
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    broker.close();
  }

  @Test
  void updatesLoseNothing() throws Exception {
    try (SequenceReader reader = SequenceReader.open(gateway, "reader")) {
      Disturbances stream = disturbances(reader, WINDOW);
      Releases bundle = Releases.of("endpoint-rabbitmq", load, releases);
      new Updates(gateway, bundle, List.of("writer", "reader"), List.of(stream)).run();
      stream.report("hot update of RabbitMQ under load");
      stream.check(MIN_PER_SECOND, Updates.maxGap());
      new LoadedClasses(gateway.process).assertOneLoaderOf(BUNDLE_CLASS);
    }
  }

  @Test
  void killedBrokersLoseNothing() throws Exception {
    try (SequenceReader reader = SequenceReader.open(gateway, "reader")) {
      Disturbances stream = disturbances(reader, WINDOW_OF_KILL);
      for (int kill = 1; kill <= KILLS; kill++) {
        stream.begin();
        broker.sync(); // or the crash takes along what was declared just now
        broker.kill();
        broker.start();
        stream.awaitProgress();
        stream.end("kill " + kill);
      }
      stream.report("RabbitMQ killed under load");
      stream.check(0, MAX_GAP_OF_KILL);
      assertThat(gateway.process.isAlive()).isTrue();
    }
  }

  private Disturbances disturbances(SequenceReader reader, int window) throws Exception {
    // Only now: the consumer has made its queue, or messages would have no way to go.
    gateway.awaitState("reader", "UP");
    GatewayProcess.drop(
        load, "io.sluice.pipe~numbers.cfg", "from = source\nto = writer\nqos = AT_LEAST_ONCE\n");
    Disturbances stream = new Disturbances("stream", reader, window, this::made);
    stream.awaitProgress();
    return stream;
  }

  private long made() throws Exception {
    return gateway
        .endpoint("source")
        .orElseThrow()
        .getAsJsonObject("counters")
        .get("in")
        .getAsLong();
  }

  private void configure() throws IOException {
    GatewayProcess.dropBundles(load);
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~source.cfg",
        "messageInterval = 0\nmessageTemplate = true\nmessageContent = {{index}}\n");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.rabbitmq~writer.cfg",
        role("producer") + "producer.maxInFlight = " + IN_FLIGHT + "\n");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.rabbitmq~reader.cfg",
        role("consumer") + "consumer.queue.name = numbers\n");
  }

  private String role(String role) {
    return """
        serverHost = %s
        serverPort = %d
        security.auth.username = %s
        security.auth.password = %s
        ROLE.enabled = true
        ROLE.exchange.name = numbers
        ROLE.exchange.type = direct
        ROLE.routingKey = n
        """
        .formatted(broker.host(), broker.port(), broker.username(), broker.password())
        .replace("ROLE", role);
  }
}
