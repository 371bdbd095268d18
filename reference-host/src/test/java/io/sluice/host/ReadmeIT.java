/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what the README says, block by block: drops its configurations, runs its commands. */
@Timeout(300)
class ReadmeIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK =
      Pattern.compile(
          "^```(sh|properties|json)(?: (\\S+))?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String CURL =
      "curl() { command curl -sS --fail-with-body --max-time 30 \"$@\"; echo; }\nset -e\n";

  @TempDir private Path load;
  @TempDir private Path work;

  @Test
  void everyExampleWorks() throws Exception {
    assumeThat(hasCurl()).as("curl is installed, which the README's examples use").isTrue();
    Matcher blocks =
        BLOCK.matcher(Files.readString(ROOT.resolve("README.md"), StandardCharsets.UTF_8));
    int done = 0;
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      gateway.awaitState("mock", "UP");
      gateway.awaitState("echo", "UP");
      Path newer = newerBundle();
      while (blocks.find()) {
        if (blocks.group(1).equals("sh")) {
          run(gateway, newer, blocks.group(3));
        } else {
          drop(gateway, blocks.group(2), blocks.group(3));
        }
        done++;
      }
      assertThat(done).as("examples in the README").isGreaterThan(8);
      await("the newer bundle serves")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(gateway.endpoint("orders").orElseThrow().get("version").toString())
                      .contains("1.0.1"));
    }
  }

  private Path newerBundle() throws IOException {
    Path bundle = load.resolve("endpoint-mock-1.0.0.jar");
    MockReleases releases = new MockReleases(bundle, work);
    return releases.release("1.0.1");
  }

  private void drop(GatewayProcess gateway, String file, String content) throws Exception {
    GatewayProcess.drop(load, file, content);
    String name = file.substring(file.indexOf('~') + 1, file.lastIndexOf('.'));
    if (file.startsWith("io.sluice.pipe")) {
      await("pipe " + name)
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(pipeState(gateway, name)).isEqualTo("UP"));
    } else if (file.startsWith("io.sluice.endpoint")) {
      gateway.awaitState(name, "UP");
    }
  }

  private static String pipeState(GatewayProcess gateway, String name) throws Exception {
    JsonArray pipes = gateway.json("/pipes").getAsJsonArray();
    for (JsonElement pipe : pipes) {
      if (pipe.getAsJsonObject().get("name").getAsString().equals(name)) {
        return pipe.getAsJsonObject().get("state").getAsString();
      }
    }
    return "none";
  }

  private void run(GatewayProcess gateway, Path newer, String script) throws Exception {
    String commands = CURL + script.replace("http://127.0.0.1:8080", gateway.url());
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", commands).directory(ROOT.toFile());
    builder.environment().put("LOAD", load.toString());
    builder.environment().put("NEWER", newer.toString());
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
