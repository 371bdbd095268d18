/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** How processes are, as {@code ps} tells. */
final class Processes {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Processes() {}

  /** A process and all that it has started in its turn. */
  static List<ProcessHandle> family(Process first) {
    return Stream.concat(Stream.of(first.toHandle()), first.descendants()).toList();
  }

  static void awaitEnd(ProcessHandle process) {
    await().atMost(PATIENCE).until(() -> hasEnded(process));
  }

  /** Whether it is gone, or has ended and nobody has asked how. */
  private static boolean hasEnded(ProcessHandle process) {
    String state = ps("stat", process);
    return state.isEmpty() || state.startsWith("Z");
  }

  static boolean isFrozen(ProcessHandle process) {
    return ps("stat", process).startsWith("T");
  }

  /** A column of {@code ps}; empty if there is no such process. */
  static String ps(String column, ProcessHandle process) {
    try {
      Process ps =
          new ProcessBuilder("ps", "-o", column + "=", "-p", Long.toString(process.pid())).start();
      return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
