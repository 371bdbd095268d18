/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A broker in a process of its own that is ended and started again on the same folder. */
abstract class ForkedBroker implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final String name;
  private final WorkFolder folder;
  private BrokerProcess process;

  ForkedBroker(String name) {
    this.name = name;
    this.folder = WorkFolder.create("sluice-" + name);
  }

  /** Starts a new broker; closes it if it does not become ready. */
  static <B extends ForkedBroker> B started(B broker) {
    try {
      broker.start();
      return broker;
    } catch (RuntimeException failed) {
      broker.close();
      throw failed;
    }
  }

  /** What starts the broker, the same each time. */
  abstract List<String> command();

  /** The command's variables beside those of this JVM; none unless overridden. */
  Map<String, String> environment() {
    return Map.of();
  }

  /** Whether a line of the broker's output says that it serves clients. */
  abstract boolean isReady(String line);

  /** Where everything is that the broker writes. */
  final Path folder() {
    return folder.path();
  }

  /** An empty file in the folder, another one each time. */
  final Path newFile(String fileName) {
    return folder.newFile(fileName);
  }

  /** The broker's first process, once it has been started. */
  final Process process() {
    return process.leader();
  }

  /** Which broker this is, in a word; {@code kafka}, for example. */
  public final String name() {
    return name;
  }

  /** Starts the broker again, on the same port and data; returns when it serves clients. */
  public void start() {
    launch();
    awaitReady();
  }

  /** Starts without waiting: the first nodes of a cluster are ready only when others are there. */
  final void launch() {
    if (isRunning()) {
      throw new IllegalStateException("The broker is running already");
    }
    process = BrokerProcess.start(command(), environment(), newFile("output"));
  }

  final void awaitReady() {
    process.awaitReady(this::isReady, START_TIMEOUT);
  }

  /** Stops the broker, which must not be frozen, in an orderly way; returns when it has ended. */
  public final void stop() {
    process.terminate(STOP_TIMEOUT);
  }

  /** Ends the broker at once, as a crash does. */
  public final void kill() {
    process.kill();
  }

  /** Halts the broker: its connections stay open, and it answers nothing. */
  public final void freeze() {
    process.freeze();
  }

  /** Lets a halted broker go on. */
  public final void thaw() {
    process.thaw();
  }

  /** Whether the broker's process is there, frozen or not. */
  public final boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Ends the broker, even a frozen one, and deletes its data. */
  @Override
  public final void close() {
    if (isRunning()) {
      process.kill();
    }
    folder.delete();
  }

  @Override
  public final String toString() {
    return name;
  }
}
