/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Karaf's client in a process of its own, running commands; what it prints goes to a file. */
final class Client implements AutoCloseable {

  private final Process process;
  private final Path output;
  private final List<String> commands;

  private Client(Process process, Path output, List<String> commands) {
    this.process = process;
    this.output = output;
    this.commands = commands;
  }

  /**
   * Starts one.
   *
   * @param command how to start it
   * @param folder for its files
   * @param commands one a line
   */
  static Client start(ProcessBuilder command, Path folder, String... commands) throws IOException {
    Path input = Files.write(Files.createTempFile(folder, "client", ".in"), List.of(commands));
    Path output = Files.createTempFile(folder, "client", ".out");
    Process process = command.redirectInput(input.toFile()).redirectOutput(output.toFile()).start();
    return new Client(process, output, List.of(commands));
  }

  /** Waits until all commands have ended; returns what they printed. */
  String finish(long seconds) throws IOException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError(commands + " did not end; so far: " + printed());
    }
    return printed();
  }

  /** What the commands have printed so far, without colours. */
  String printed() throws IOException {
    return Files.readString(output).replaceAll("\u001b\\[[0-9;]*m", "");
  }

  /** Kills it, as an operator may who closes a window. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
