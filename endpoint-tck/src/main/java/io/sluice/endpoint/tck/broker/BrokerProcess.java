/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A broker's process and those that it starts, which are signalled together and end with this JVM
 * at the latest.
 *
 * <p>Its standard input is a pipe that this JVM holds and never writes to, so that the broker can
 * notice if this JVM is killed.
 */
final class BrokerProcess {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final ProcessGroup group;
  private final Process process;
  private final Path output;
  private final Thread end;

  private BrokerProcess(ProcessGroup group, Path output) {
    this.group = group;
    this.process = group.leader();
    this.output = output;
    this.end = new Thread(group::kill, "broker-end-" + process.pid());
  }

  /**
   * Starts a command, whose standard output and error go to a file.
   *
   * @param environment variables beside those of this JVM, or in their place
   */
  static BrokerProcess start(List<String> command, Map<String, String> environment, Path output) {
    BrokerProcess broker =
        new BrokerProcess(ProcessGroup.start(command, environment, output), output);
    Runtime.getRuntime().addShutdownHook(broker.end);
    return broker;
  }

  /** Waits until the broker says that it is ready; ends it if it does not. */
  void awaitReady(Predicate<String> readyLine, Duration patience) {
    try {
      await()
          .pollInterval(POLL_INTERVAL)
          .atMost(patience)
          .until(() -> !process.isAlive() || line(readyLine).isPresent());
    } catch (ConditionTimeoutException late) {
      kill();
      throw new IllegalStateException("The broker was not ready after " + patience + said(), late);
    }
    if (line(readyLine).isEmpty()) {
      kill();
      throw new IllegalStateException(
          "The broker ended with exit code " + process.exitValue() + said());
    }
  }

  private Optional<String> line(Predicate<String> wanted) {
    try (Stream<String> lines = Files.lines(output)) {
      return lines.filter(wanted).findFirst();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String said() {
    try {
      return ". It said:\n" + Files.readString(output);
    } catch (IOException failed) {
      return ". What it said cannot be read: " + failed;
    }
  }

  /** The process that the command became. */
  Process leader() {
    return process;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM; waits until the process has ended. Nothing if it has ended before. */
  void terminate(Duration patience) {
    group.terminate();
    if (!ends(patience)) {
      kill();
      throw new IllegalStateException("The broker did not stop in " + patience + said());
    }
    forget();
  }

  /** SIGKILL, which also ends a frozen process; waits until it has ended. */
  void kill() {
    group.kill();
    if (!ends(Duration.ofSeconds(10))) {
      throw new IllegalStateException("Process " + process.pid() + " cannot be killed");
    }
    forget();
  }

  /** SIGSTOP: connections stay open, and the broker does not answer. */
  void freeze() {
    group.signal("STOP");
  }

  /** SIGCONT. */
  void thaw() {
    group.signal("CONT");
  }

  private boolean ends(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException shuttingDown) {
      // Then the hook finds nothing to do.
    }
  }
}
