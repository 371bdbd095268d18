/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The Kafka broker of the demo, in a process of its own, which ends with this one at the latest:
 * its standard input is a pipe that this process holds and never writes to.
 */
final class DemoBroker {

  /** Framework property: where the broker is, as host:port. */
  static final String ADDRESS = "sluice.demo.kafka";

  /** System property: the folder of the broker's jars. */
  static final String LIBRARY = "sluice.broker.kafka";

  private static final String READY = "kafka ready ";
  private static final long START_TIMEOUT_SECONDS = 60;
  private static final long STOP_TIMEOUT_SECONDS = 5;

  private static final Logger LOG = Logger.getLogger(DemoBroker.class.getName());
  private static final Logger OUTPUT = Logger.getLogger("kafka");

  private final Process process;
  private final CompletableFuture<String> address = new CompletableFuture<>();
  private volatile String lastWords = "it says nothing";
  private volatile boolean stopping;

  private DemoBroker(Process process) {
    this.process = process;
    Thread errors = read("errors", process.getErrorStream(), this::error);
    read("output", process.getInputStream(), this::output);
    process
        .onExit()
        .thenRun(
            () -> {
              awaitEnd(errors);
              ended();
            });
  }

  /**
   * Starts the broker.
   *
   * @param library the folder of its jars; null if it is not named
   * @param data where it keeps its messages
   * @throws StartException if it is not built, or there can be no process
   */
  static DemoBroker start(String library, Path data) throws StartException {
    checkBuilt(library);
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            library + "/*",
            "io.sluice.broker.kafka.Main",
            "--data",
            data.toString(),
            "--until-eof");
    try {
      return new DemoBroker(command.start());
    } catch (IOException failed) {
      throw StartException.failed("the demo's Kafka broker does not start: " + failed, failed);
    }
  }

  /**
   * Waits until the broker serves clients.
   *
   * @return where, as host:port
   */
  String awaitReady() throws StartException, InterruptedException {
    try {
      return address.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      String problem =
          failed instanceof TimeoutException
              ? "is not ready after " + START_TIMEOUT_SECONDS + " s"
              : "does not start";
      throw StartException.failed(
          "the demo's Kafka broker "
              + problem
              + ": "
              + lastWords
              + " (--log-level debug shows all that it says)",
          failed);
    }
  }

  /** Stops the broker and waits. */
  void stop() throws InterruptedException {
    stopping = true;
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private static void checkBuilt(String library) throws StartException {
    if (library == null || !Files.isDirectory(Path.of(library))) {
      throw StartException.failed(
          "--demo needs the jars of the module broker-kafka, and the system property "
              + LIBRARY
              + " names no folder of them; use ./gateway, which builds them",
          null);
    }
  }

  private void output(String line) {
    OUTPUT.fine(line);
    if (line.startsWith(READY)) {
      address.complete(line.substring(READY.length()));
    }
  }

  /** Lines of a stack trace are indented; the last one that is not has the cause. */
  private void error(String line) {
    OUTPUT.fine(line);
    if (!line.isBlank() && !Character.isWhitespace(line.charAt(0))) {
      lastWords = line;
    }
  }

  private void ended() {
    boolean early = address.completeExceptionally(new IOException("the process has ended"));
    if (!early && !stopping) {
      LOG.log(
          Level.SEVERE,
          "the demo''s Kafka broker has ended: {0}; stop the host and start it again",
          lastWords);
    }
  }

  private static Thread read(String what, InputStream in, Consumer<String> lines) {
    Thread thread = new Thread(() -> read(in, lines), "sluice-demo-kafka-" + what);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void read(InputStream in, Consumer<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines);
    } catch (IOException | UncheckedIOException closed) {
      LOG.log(Level.FINE, "the output of the demo's broker is closed", closed);
    }
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
