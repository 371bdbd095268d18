/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The mock bundle is replaced twenty times while an event stream reads one endpoint and a pipe
 * copies it to another one, which a second event stream reads.
 */
@Timeout(600)
class HotUpdateUnderLoadIT {

  private static final String BUNDLE_CLASS = "io.sluice.endpoint.mock.internal.MockEndpointFactory";
  private static final int UPDATES_EACH_WAY = 10;

  /** How much a replacement may repeat: what was delivered and not settled. */
  private static final int WINDOW = 1024;

  /** A pipe repeats what its source delivered again and what its target had not confirmed. */
  private static final int PIPE_WINDOW = 2 * WINDOW;

  /**
   * Both ends of the pipe go at once, so what is on its way between them cannot be settled: they
   * wait for the whole of this time.
   */
  private static final String DRAIN = "drain = 1000\n";

  @TempDir private Path load;
  @TempDir private Path releases;

  @Test
  void losesNothing() throws Exception {
    configure();
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      gateway.awaitState("source", "UP");
      gateway.awaitState("target", "UP");
      // The copies are read from the beginning: the reader is there before the pipe.
      try (SequenceReader copies = open(gateway, "target");
          SequenceReader originals = open(gateway, "source")) {
        startPipe();
        awaitProgress(originals, copies);
        long began = System.nanoTime();
        replaceOften(gateway, originals, copies);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        report("stream", originals, took);
        report("pipe", copies, took);
        assertNothingLost(originals, WINDOW);
        assertNothingLost(copies, PIPE_WINDOW);
        assertThat(originals.events() / took.toSeconds()).as("messages/s").isGreaterThan(2000);
        assertThat(copies.events() / took.toSeconds()).as("copies/s").isGreaterThan(2000);
        assertOneClassLoader(gateway);
      }
    }
  }

  private void configure() throws IOException {
    try (Stream<Path> defaults = Files.list(GatewayProcess.HOME.resolve("load"))) {
      for (Path file : defaults.filter(path -> path.toString().endsWith(".jar")).toList()) {
        Files.copy(file, load.resolve(file.getFileName()));
      }
    }
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~source.cfg",
        "messageInterval = 0\nmessageTemplate = true\nmessageContent = {{index}}\n" + DRAIN);
    GatewayProcess.drop(
        load, "io.sluice.endpoint.mock~target.cfg", "messageCount = 0\necho = true\n" + DRAIN);
  }

  private void startPipe() throws IOException {
    GatewayProcess.drop(
        load, "io.sluice.pipe~copy.cfg", "from = source\nto = target\nqos = AT_LEAST_ONCE\n");
  }

  private static SequenceReader open(GatewayProcess gateway, String endpoint) throws Exception {
    String target = "/endpoints/" + endpoint + "/messages?qos=AT_LEAST_ONCE&clientId=reader";
    return SequenceReader.open(endpoint, URI.create(gateway.url() + target));
  }

  private void replaceOften(GatewayProcess gateway, SequenceReader originals, SequenceReader copies)
      throws Exception {
    MockReleases mock = new MockReleases(bundle(), releases);
    for (int update = 1; update <= 2 * UPDATES_EACH_WAY; update++) {
      String version = "1.0." + update;
      long repeatedOriginals = originals.repeated();
      long repeatedCopies = copies.repeated();
      if (update <= UPDATES_EACH_WAY) {
        mock.overwrite(version);
      } else {
        mock.replace(version);
      }
      await("version " + version)
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                for (String endpoint : List.of("source", "target")) {
                  assertThat(gateway.endpoint(endpoint).orElseThrow().get("version"))
                      .isEqualTo(new JsonPrimitive(version));
                }
              });
      awaitProgress(originals, copies);
      assertThat(originals.repeated() - repeatedOriginals)
          .as("messages repeated by version " + version)
          .isLessThanOrEqualTo(WINDOW);
      assertThat(copies.repeated() - repeatedCopies)
          .as("copies repeated by version " + version)
          .isLessThanOrEqualTo(PIPE_WINDOW);
    }
  }

  private static void awaitProgress(SequenceReader... readers) {
    for (SequenceReader reader : readers) {
      long before = reader.events();
      await("the stream goes on")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                assertThat(reader.end()).isNull();
                assertThat(reader.events()).isGreaterThan(before + 2 * PIPE_WINDOW);
              });
    }
  }

  private static void assertNothingLost(SequenceReader reader, int window) {
    int limit = reader.highest();
    // What was sent again may come after newer messages.
    await("nothing is lost")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(reader.missingUpTo(limit)).isZero());
    assertThat(reader.end()).as("the reader's connection").isNull();
    assertThat(reader.repeated()).isLessThanOrEqualTo(2L * UPDATES_EACH_WAY * window);
  }

  /** Soft references and what a last request still holds may take another collection. */
  private static void assertOneClassLoader(GatewayProcess gateway) {
    LoadedClasses classes = new LoadedClasses(gateway.process);
    await("one class loader of the bundle")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(classes.loadersOf(BUNDLE_CLASS)).isEqualTo(1));
  }

  private Path bundle() throws IOException {
    List<Path> bundles = new ArrayList<>();
    try (Stream<Path> files = Files.list(load)) {
      files.filter(path -> path.toString().endsWith(".jar")).forEach(bundles::add);
    }
    assertThat(bundles).hasSize(1);
    return bundles.get(0);
  }

  private static void report(String what, SequenceReader reader, Duration took) {
    System.out.printf(
        "hot update under load, %s: %d updates in %.1f s, %d messages (%d/s), %d lost, %d repeated,"
            + " longest gap %d ms%n",
        what,
        2 * UPDATES_EACH_WAY,
        took.toMillis() / 1000.0,
        reader.events(),
        reader.events() * 1000 / took.toMillis(),
        reader.missingUpTo(reader.highest()),
        reader.repeated(),
        reader.longestGap().toMillis());
  }
}
