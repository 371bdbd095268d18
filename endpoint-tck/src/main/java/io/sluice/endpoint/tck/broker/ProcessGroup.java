/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A process and all that it starts in its turn: a signal reaches them all, and none outlives the
 * first, its leader.
 *
 * <p>With the commands {@code setsid} and {@code kill} on the path, the leader has a session and so
 * a group of its own, whose id is that of the leader. Else the group is the leader and the
 * descendants that it has when a signal is sent.
 */
final class ProcessGroup {

  private static final Optional<Path> SETSID = ExecutablePath.find("setsid");
  private static final Optional<Path> KILL = ExecutablePath.find("kill");
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

  private final Process leader;

  private ProcessGroup(Process leader) {
    this.leader = leader;
  }

  /**
   * Starts a command, whose standard output and error go to a file.
   *
   * @param environment variables beside those of this JVM, or in their place
   * @throws UncheckedIOException if there is no such command
   */
  static ProcessGroup start(List<String> command, Map<String, String> environment, Path output) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(leading(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process leader = builder.start();
      ProcessGroup group = new ProcessGroup(leader);
      group.awaitLead();
      leader.onExit().thenRun(group::sweep);
      return group;
    } catch (IOException failed) {
      throw new UncheckedIOException("Cannot start " + command, failed);
    }
  }

  /** Whether groups are the system's own, so that no descendant escapes. */
  static boolean areReal() {
    return SETSID.isPresent() && KILL.isPresent();
  }

  private static List<String> leading(List<String> command) {
    List<String> whole = new ArrayList<>(command);
    if (areReal()) {
      whole.add(0, SETSID.orElseThrow().toString());
    }
    return whole;
  }

  /** A moment after its start the leader still is in the group of this JVM. */
  private void awaitLead() {
    if (areReal()) {
      try {
        await()
            .pollInterval(POLL_INTERVAL)
            .atMost(END_TIMEOUT)
            .until(() -> !leader.isAlive() || reaches("0"));
      } catch (ConditionTimeoutException never) {
        leader.destroyForcibly();
        throw new IllegalStateException("Process " + leader.pid() + " leads no group", never);
      }
    }
  }

  /** The process that the command became. */
  Process leader() {
    return leader;
  }

  /**
   * Sends a signal to the whole group.
   *
   * @param name without {@code SIG}
   * @throws IllegalStateException if the leader has ended
   */
  void signal(String name) {
    if (!leader.isAlive() || !reaches(name)) {
      throw new IllegalStateException("Cannot send SIG" + name + " to process " + leader.pid());
    }
  }

  /** Asks the whole group to end in an orderly way; nothing if it has ended. */
  void terminate() {
    if (!areReal()) {
      members().forEach(ProcessHandle::destroy);
    } else if (leader.isAlive()) {
      reaches("TERM");
    }
  }

  /** Ends the whole group at once, frozen or not; nothing if it has ended. */
  void kill() {
    if (!areReal()) {
      members().forEach(ProcessHandle::destroyForcibly);
    } else if (leader.isAlive()) {
      reaches("KILL");
    }
    leader.destroyForcibly();
  }

  /** Right after the end of the leader, as long as no other process can have got its id. */
  private void sweep() {
    if (areReal()) {
      reaches("KILL");
    }
  }

  private boolean reaches(String signal) {
    List<String> kill = new ArrayList<>(List.of("kill", "-s", signal, "--"));
    if (areReal()) {
      kill.add("-" + leader.pid());
    } else {
      members().forEach(member -> kill.add(Long.toString(member.pid())));
    }
    return succeeds(kill);
  }

  private List<ProcessHandle> members() {
    return Stream.concat(Stream.of(leader.toHandle()), leader.descendants()).toList();
  }

  private static boolean succeeds(List<String> command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
