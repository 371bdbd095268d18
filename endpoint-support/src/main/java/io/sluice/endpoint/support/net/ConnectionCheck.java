/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.net;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.BoundedWait;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A check of a configuration: its steps so far, and the time that is left for the others. One
 * thread takes the steps, and may wait; when the time is over another one ends the list, and what
 * the first one finds later does not count.
 */
public final class ConnectionCheck {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration GRACE_TIMEOUT = Duration.ofMillis(500);

  private final AddressResolver resolver;
  private final long deadline;
  private final List<CheckStep> steps = new ArrayList<>();
  private String current = CheckStep.RESOLVE;
  private boolean passed = true;
  private boolean over;

  private ConnectionCheck(AddressResolver resolver, Duration timeout) {
    this.resolver = resolver;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  /**
   * Runs a check on a thread of its own.
   *
   * @param resolver looks up the names of servers
   * @param timeout for all steps together, positive; begins now
   * @param threads makes the thread, which ends with the check
   * @param workers end the check when it is late
   * @param check takes the steps
   * @return completes with the steps half a second after the timeout at the latest; fails if the
   *     check throws
   */
  public static CompletionStage<List<CheckStep>> run(
      AddressResolver resolver,
      Duration timeout,
      ThreadFactory threads,
      SharedWorkers workers,
      Consumer<ConnectionCheck> check) {
    ConnectionCheck made = new ConnectionCheck(resolver, timeout);
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () -> check.accept(made), task -> threads.newThread(task).start());
    return BoundedWait.of(done, timeout.plus(GRACE_TIMEOUT), workers).thenApply(made::end);
  }

  /** The time that is left; zero when it is over. */
  public Duration rest() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /**
   * Whether no step has failed so far and there is time left, so that those that need all of them
   * make sense.
   */
  public synchronized boolean isPassed() {
    return passed && !over;
  }

  /** The next step begins: it is the one that has failed if it does not end in time. */
  public synchronized void begin(String name) {
    current = name;
  }

  /** Adds a step that succeeded. */
  public void passed(String name, String message) {
    add(CheckStep.passed(name, message));
  }

  /** Adds a step that failed. */
  public void failed(String name, EndpointException error) {
    add(CheckStep.failed(name, error));
  }

  /** Adds a step that is not taken. */
  public void skipped(String name, String message) {
    add(CheckStep.skipped(name, message));
  }

  /**
   * Takes a step.
   *
   * @param action returns what it has found, or throws an {@link EndpointException}
   */
  public void step(String name, Supplier<String> action) {
    begin(name);
    try {
      passed(name, action.get());
    } catch (EndpointException e) {
      failed(name, e);
    }
  }

  /**
   * Looks up each server and connects to it. It is passed if one server is reached, as a client
   * needs no more; the steps tell of all.
   */
  public void reach(List<ServerAddress> servers) {
    boolean reached = false;
    for (ServerAddress server : servers) {
      anew();
      reach(server);
      reached |= isPassed();
    }
    if (reached) {
      anew();
    }
  }

  private void reach(ServerAddress server) {
    try (ServerProbe probe = new ServerProbe(List.of(server), resolver, connectTimeout())) {
      List<InetAddress> addresses = new ArrayList<>();
      step(
          CheckStep.RESOLVE,
          () -> {
            addresses.addAll(probe.resolve(server));
            return server.host() + ": " + text(addresses);
          });
      if (isPassed()) {
        step(
            CheckStep.CONNECT,
            () -> {
              probe.connect(server, addresses);
              return server.toString();
            });
      } else {
        skipped(CheckStep.CONNECT, server.toString());
      }
    }
  }

  private Duration connectTimeout() {
    Duration rest = rest().plusMillis(1); // zero would be for ever
    return rest.compareTo(CONNECT_TIMEOUT) < 0 ? rest : CONNECT_TIMEOUT;
  }

  private synchronized void anew() {
    passed = true;
  }

  private synchronized void add(CheckStep step) {
    if (!over) {
      steps.add(step);
      passed &= step.outcome() != CheckStep.Outcome.FAILED;
    }
  }

  private synchronized List<CheckStep> end(boolean inTime) {
    if (!inTime) {
      failed(
          current,
          EndpointException.retryable(ErrorCode.TIMEOUT, "no answer within the time of the check"));
    }
    over = true;
    return List.copyOf(steps);
  }

  private static String text(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
  }
}
