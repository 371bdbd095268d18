/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.tck.broker.KafkaBroker;
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
 * A pipe publishes to Kafka what a mock endpoint makes, and an event stream reads it there, while
 * the Kafka bundle is replaced twenty times, and while the broker is killed.
 */
@Timeout(1_200)
class KafkaUnderLoadIT {

  private static final String BUNDLE_CLASS =
      "io.sluice.endpoint.kafka.internal.KafkaEndpointFactory";
  private static final int KILLS = 3;

  /** At most 20,000 messages a second, so that the reader is not far behind the topic's end. */
  private static final String PACE = "producer.maxInFlight = 400\nproducer.lingerMs = 20\n";

  /**
   * How much of the stream a disturbance may repeat: what was delivered and not settled (the
   * consumer's maxUnsettled), and copies in the topic of what the pipe had published without
   * hearing that it is confirmed (the producer's maxInFlight) and publishes again.
   */
  private static final int WINDOW = 1024 + 400;

  private static final int MIN_PER_SECOND = 2000;

  /** A broker that comes back waits until its former self is taken for dead. */
  private static final Duration MAX_GAP_OF_KILL = Duration.ofSeconds(30);

  @TempDir private Path load;
  @TempDir private Path releases;

  private KafkaBroker broker;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    // The delay as operators have it: Kafka's default, which the fixture would set to 0.
    broker = KafkaBroker.builder().set("group.initial.rebalance.delay.ms", 3000).start();
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
      Disturbances stream = disturbances(reader);
      Releases kafka = Releases.of("endpoint-kafka", load, releases);
      new Updates(gateway, kafka, List.of("writer", "reader"), List.of(stream)).run();
      stream.report("hot update of Kafka under load");
      stream.check(MIN_PER_SECOND, Updates.maxGap());
      new LoadedClasses(gateway.process).assertOneLoaderOf(BUNDLE_CLASS);
    }
  }

  @Test
  void killedBrokersLoseNothing() throws Exception {
    try (SequenceReader reader = SequenceReader.open(gateway, "reader")) {
      Disturbances stream = disturbances(reader);
      for (int kill = 1; kill <= KILLS; kill++) {
        stream.begin();
        broker.kill();
        broker.start();
        stream.awaitProgress();
        stream.end("kill " + kill);
      }
      stream.report("Kafka killed under load");
      stream.check(0, MAX_GAP_OF_KILL);
      assertThat(gateway.process.isAlive()).isTrue();
    }
  }

  private Disturbances disturbances(SequenceReader reader) throws Exception {
    Disturbances stream = new Disturbances("stream", reader, WINDOW, this::made);
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
    String bootstrap = "bootstrapServers = " + broker.bootstrapServers() + "\n";
    GatewayProcess.dropBundles(load);
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~source.cfg",
        "messageInterval = 0\nmessageTemplate = true\nmessageContent = {{index}}\n");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.kafka~writer.cfg",
        bootstrap + "producer.enabled = true\nproducer.topics = numbers\n" + PACE);
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.kafka~reader.cfg",
        bootstrap
            + "consumer.enabled = true\nconsumer.topics = numbers\n"
            + "consumer.autoOffsetReset = earliest\n");
    GatewayProcess.drop(
        load, "io.sluice.pipe~numbers.cfg", "from = source\nto = writer\nqos = AT_LEAST_ONCE\n");
  }
}
