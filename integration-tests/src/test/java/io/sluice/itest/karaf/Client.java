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
   * @param commands one a line, for its input
   */
  static Client start(ProcessBuilder command, Path folder, String... commands) throws IOException {
    Path input = Files.write(Files.createTempFile(folder, "client", ".in"), List.of(commands));
    return start(command.redirectInput(input.toFile()), folder, List.of(commands));
  }

  /** Starts one whose commands are arguments. Its input stays open: it would end with that. */
  static Client startWithArguments(ProcessBuilder command, Path folder) throws IOException {
    return start(command, folder, command.command());
  }

  private static Client start(ProcessBuilder command, Path folder, List<String> commands)
      throws IOException {
    Path output = Files.createTempFile(folder, "client", ".out");
    return new Client(command.redirectOutput(output.toFile()).start(), output, commands);
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
