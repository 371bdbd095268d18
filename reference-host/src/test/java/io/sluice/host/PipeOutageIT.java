/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipe from one Kafka cluster to another, whose broker is killed, so that the target gives up
 * after it has worked.
 */
@Timeout(300)
class PipeOutageIT {

  private static final int HALF = 200;
  private static final String TARGET_FILE = "io.sluice.endpoint.kafka~target.cfg";

  @TempDir private Path load;

  private KafkaBroker near;
  private KafkaBroker far;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    near = KafkaBroker.builder().start();
    far = KafkaBroker.builder().start();
    GatewayProcess.dropBundles(load);
    GatewayProcess.drop(load, "io.sluice.endpoint.kafka~source.cfg", topic(near, "numbers"));
    GatewayProcess.drop(load, TARGET_FILE, target());
    GatewayProcess.drop(
        load, "io.sluice.pipe~copy.cfg", "from = source\nto = target\nqos = AT_LEAST_ONCE\n");
    gateway = GatewayProcess.start(load);
    gateway.awaitState("source", "UP");
    gateway.awaitState("target", "UP");
  }

  @AfterEach
  void stop() {
    gateway.close();
    near.close();
    far.close();
  }

  @Test
  void allArrivesThoughTheTargetGaveUpAndTheHostWasRestarted() throws Exception {
    publish(0, HALF);
    await().atMost(Duration.ofSeconds(30)).until(() -> counter("target", "out") >= HALF);
    far.kill();
    publish(HALF, 2 * HALF);
    gateway.awaitState("target", "FAILED");

    // What a clean stop commits is what the target has confirmed, and no more.
    gateway.terminate();
    gateway = GatewayProcess.start(load);
    gateway.awaitState("source", "UP");
    gateway.awaitState("target", "FAILED");
    far.start();
    GatewayProcess.drop(load, TARGET_FILE, target()); // touched
    gateway.awaitState("target", "UP");

    try (SequenceReader copies = SequenceReader.open(gateway, "target")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> copies.highest() == 2 * HALF - 1 && copies.missingUpTo(2 * HALF - 1) == 0);
    }
  }

  private void publish(int from, int to) throws Exception {
    for (int number = from; number < to; number++) {
      var request =
          gateway
              .request("/endpoints/source/messages")
              .POST(BodyPublishers.ofString(Integer.toString(number)));
      assertThat(gateway.send(request).statusCode()).isEqualTo(200);
    }
  }

  private long counter(String endpoint, String name) throws Exception {
    JsonObject counters = gateway.endpoint(endpoint).orElseThrow().getAsJsonObject("counters");
    return counters.get(name).getAsLong();
  }

  private String target() throws IOException {
    return topic(far, "copies")
        + "reconnect.initialDelay = 50\nreconnect.maxDelay = 200\nreconnect.maxAttempts = 3\n";
  }

  private static String topic(KafkaBroker broker, String name) {
    return "bootstrapServers = "
        + broker.bootstrapServers()
        + "\nproducer.enabled = true\nproducer.topics = "
        + name
        + "\nconsumer.enabled = true\nconsumer.autoOffsetReset = earliest\nconsumer.topics = "
        + name
        + "\n";
  }
}
