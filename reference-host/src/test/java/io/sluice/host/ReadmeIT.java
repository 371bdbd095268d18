/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.sluice.endpoint.tck.broker.AmqpBroker;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what the README says, block by block: drops its configurations, runs its commands. */
@Timeout(300)
class ReadmeIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)(?: (\\S+))?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String DEMO = "./gateway --demo";
  private static final String CURL =
      "curl() { command curl -sS --fail-with-body --max-time 30 \"$@\"; echo; }\nset -e\n";

  @TempDir private Path load;
  @TempDir private Path work;

  private GatewayProcess gateway;
  private Path newer;

  /** The broker that the reader of the README has. */
  private AmqpBroker rabbitmq;

  /**
   * One block of the README.
   *
   * @param language empty where none is named
   * @param file what a configuration is to be called; null for other blocks
   */
  private record Block(String language, String file, String text) {

    boolean startsDemo() {
      return language.isEmpty() && text.contains(DEMO);
    }
  }

  @BeforeEach
  void needsCurl() throws Exception {
    assumeThat(hasCurl()).as("curl is installed, which the README's examples use").isTrue();
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  void everyExampleWorks() throws Exception {
    gateway = GatewayProcess.start(load);
    gateway.awaitState("mock", "UP");
    gateway.awaitState("echo", "UP");
    newer = Releases.of("endpoint-mock", load, work).release("1.0.1");
    List<Block> blocks = blocks();
    int done = runAll(blocks.stream().takeWhile(block -> !block.startsDemo()).toList());
    assertThat(done).as("examples before the demo").isGreaterThan(8);
    await("the newer bundle serves")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(gateway.endpoint("orders").orElseThrow().get("version").toString())
                    .contains("1.0.1"));
  }

  @Test
  void everyExampleOfTheDemoWorks() throws Exception {
    gateway = GatewayProcess.startDemo(load, work);
    try (AmqpBroker broker = AmqpBrokers.start()) {
      rabbitmq = broker;
      List<Block> blocks = blocks();
      int done = runAll(blocks.stream().dropWhile(block -> !block.startsDemo()).toList());
      assertThat(done).as("examples of the demo").isGreaterThan(2);
    }
  }

  private static List<Block> blocks() throws IOException {
    return BLOCK
        .matcher(Files.readString(ROOT.resolve("README.md"), StandardCharsets.UTF_8))
        .results()
        .map(block -> new Block(block.group(1), block.group(2), block.group(3)))
        .toList();
  }

  /** The number of blocks that could be run. */
  private int runAll(List<Block> blocks) throws Exception {
    int done = 0;
    for (Block block : blocks) {
      switch (block.language()) {
        case "sh" -> run(block.text());
        case "properties", "json" -> drop(block.file(), block.text());
        default -> done--;
      }
      done++;
    }
    return done;
  }

  private void drop(String file, String content) throws Exception {
    GatewayProcess.drop(load, file, file.contains(".rabbitmq~") ? atBroker(content) : content);
    String name = file.substring(file.indexOf('~') + 1, file.lastIndexOf('.'));
    if (file.startsWith("io.sluice.pipe")) {
      await("pipe " + name)
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(pipeState(name)).isEqualTo("UP"));
    } else if (file.startsWith("io.sluice.endpoint")) {
      gateway.awaitState(name, "UP");
    }
  }

  private String atBroker(String content) {
    return content.replace(
        "serverHost = localhost", "serverHost = 127.0.0.1\nserverPort = " + rabbitmq.port());
  }

  private String pipeState(String name) throws Exception {
    JsonArray pipes = gateway.json("/pipes").getAsJsonArray();
    for (JsonElement pipe : pipes) {
      if (pipe.getAsJsonObject().get("name").getAsString().equals(name)) {
        return pipe.getAsJsonObject().get("state").getAsString();
      }
    }
    return "none";
  }

  private void run(String script) throws Exception {
    String commands = CURL + script.replace("http://127.0.0.1:8080", gateway.url());
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", commands).directory(ROOT.toFile());
    builder.environment().put("LOAD", load.toString());
    builder.environment().put("NEWER", String.valueOf(newer));
    File output = Files.createTempFile(work, "output", ".txt").toFile();
    Process process = builder.redirectErrorStream(true).redirectOutput(output).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(script).isTrue();
    assertThat(process.exitValue())
        .as(script + "\n" + Files.readString(output.toPath(), StandardCharsets.UTF_8))
        .isZero();
  }

  private static boolean hasCurl() throws InterruptedException {
    try {
      return new ProcessBuilder("curl", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }
}
