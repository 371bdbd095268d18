/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static java.util.concurrent.CompletableFuture.completedStage;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconnectLoopTest {

  private static final EndpointException REFUSED =
      EndpointException.retryable(ErrorCode.CONNECTION_REFUSED, "no server listens at broker:1");

  private final SharedWorkers workers = SharedWorkers.of("test", ReconnectLoopTest.class);
  private final EndpointMeter meter = new EndpointMeter();
  private final EndpointLifecycle life = new EndpointLifecycle("orders", workers, meter);
  private final AtomicInteger attempts = new AtomicInteger();
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private volatile ReconnectLoop.Attempt attempt;
  private volatile RuntimeException failure;

  @AfterEach
  void endWorkers() {
    workers.close();
  }

  @Test
  void aConnectionThatBreaksIsMadeAgain() {
    ReconnectLoop loop = loop(-1, 1);
    assertThat(attempts).hasValue(1);
    attempt.connected();
    assertThat(loop.isUp()).isTrue();
    assertThat(life.state()).isEqualTo(EndpointState.UP);

    attempt.lost(REFUSED);

    assertThat(loop.isUp()).isFalse();
    assertThat(loop.hindrance()).contains(REFUSED);
    assertThat(life.status().reason()).isEqualTo(REFUSED.getMessage());
    eventually().until(() -> attempts.get() == 2);
    attempt.connected();
    assertThat(loop.hindrance()).isEmpty();
    assertThat(heard).containsExactly("connected", "lost", "connected");
    assertThat(meter.counters().reconnects()).isOne();
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void attemptsMayBeUsedUp() {
    ReconnectLoop loop = loop(2, 1);
    for (int i = 1; i <= 3; i++) {
      int count = i;
      eventually().until(() -> attempts.get() == count);
      attempt.lost(REFUSED);
    }

    assertThat(heard)
        .containsExactly(
            "failed while DOWN: reconnect.maxAttempts are used up: no server listens at broker:1");
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
    assertThat(life.status().lastError().orElseThrow().code())
        .isEqualTo(ErrorCode.CONNECTION_REFUSED);
    attempt.connected();
    assertThat(loop.isUp()).isFalse();
  }

  @Test
  void aConfigurationThatCannotWorkIsNotTriedAgain() {
    loop(-1, 1);
    attempt.lost(new EndpointException(ErrorCode.INVALID_CONFIGURATION, "no such virtual host"));

    assertThat(heard).containsExactly("failed while STARTING: no such virtual host");
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void reportsThatDoNotFitAreIgnored() {
    ReconnectLoop loop = loop(-1, 60_000);
    attempt.lost(REFUSED);
    attempt.lost(REFUSED);
    attempt.connected();

    assertThat(loop.isUp()).isFalse();
    assertThat(heard).isEmpty();
    loop.open();
    assertThat(attempts).as("it waits for its time").hasValue(1);
  }

  @Test
  void whatALateAttemptSaysConcernsNoOther() {
    ReconnectLoop loop = loop(-1, 1);
    ReconnectLoop.Attempt first = attempt;
    first.connected();
    first.lost(REFUSED);
    eventually().until(() -> attempts.get() == 2);

    first.lost(REFUSED);
    assertThat(first.connected()).as("that connection is to be closed").isFalse();

    assertThat(loop.isUp()).isFalse();
    assertThat(attempt.connected()).isTrue();
    first.lost(new EndpointException(ErrorCode.INVALID_CONFIGURATION, "late"));
    assertThat(loop.isUp()).isTrue();
    assertThat(heard).containsExactly("connected", "lost", "connected");
  }

  @Test
  void anAttemptThatThrowsIsFollowedByAnother() {
    failure = new IllegalStateException("no such class");

    ReconnectLoop loop = loop(-1, 1);

    eventually().until(() -> attempts.get() == 2);
    assertThat(loop.hindrance().orElseThrow()).hasMessageContaining("no such class");
    assertThat(attempt.connected()).isTrue();
  }

  @Test
  void aListenerThatThrowsDoesNotEndTheAttempts() {
    heard.add("throw");
    loop(1, 1);
    attempt.connected();
    attempt.lost(REFUSED);
    eventually().until(() -> attempts.get() == 2);

    attempt.lost(REFUSED);

    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
  }

  @Test
  void aClosedConnectionLeavesNoMarkOnTheState() {
    ReconnectLoop other = loop(-1, 60_000);
    EndpointLifecycle.Link present = life.link("present");
    present.up();
    attempt.lost(REFUSED);
    assertThat(life.state()).isEqualTo(EndpointState.DEGRADED);

    other.close();
    assertThat(life.state()).isEqualTo(EndpointState.UP);

    present.close();
    life.trouble("unsettled", "something is unsettled");
    assertThat(life.state()).as("no connection is down").isEqualTo(EndpointState.DEGRADED);
    life.trouble("unsettled", "");
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void aClosedLoopReportsNothing() {
    ReconnectLoop loop = loop(-1, 1);
    loop.close();
    loop.close();

    attempt.connected();
    attempt.lost(REFUSED);
    loop.fail(REFUSED);

    assertThat(heard).isEmpty();
    assertThat(life.state()).isEqualTo(EndpointState.STARTING);
  }

  @Test
  void aLossThatTwoThreadsReportIsOneLoss() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      ReconnectLoop loop = loop(1, 60_000);
      attempt.connected();
      CountDownLatch begin = new CountDownLatch(1);
      Thread one = losing(begin, loop);
      Thread two = losing(begin, loop);
      begin.countDown();
      one.join();
      two.join();
      loop.close();
    }

    assertThat(heard)
        .as("a second report would use up the attempts")
        .noneMatch(what -> what.startsWith("failed"));
    assertThat(heard).hasSize(400);
  }

  private Thread losing(CountDownLatch begin, ReconnectLoop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                begin.await();
                attempt.lost(REFUSED);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }

  private ReconnectLoop loop(int maxAttempts, int delayMillis) {
    life.start(() -> completedStage(null));
    Duration delay = Duration.ofMillis(delayMillis);
    ReconnectLoop loop =
        new ReconnectLoop(
            this::begin,
            new Backoff(delay, delay, 0, maxAttempts),
            life,
            life.link("backend"),
            meter,
            workers,
            listener());
    loop.open();
    return loop;
  }

  private void begin(ReconnectLoop.Attempt begun) {
    attempt = begun;
    if (attempts.incrementAndGet() == 1 && failure != null) {
      throw failure;
    }
  }

  private ReconnectLoop.Listener listener() {
    return new ReconnectLoop.Listener() {
      @Override
      public void connected() {
        hear("connected");
      }

      @Override
      public void lost() {
        hear("lost");
      }

      @Override
      public void failed(EndpointException error) {
        hear("failed while " + life.state() + ": " + error.getMessage());
      }
    };
  }

  private void hear(String what) {
    boolean breaks = heard.contains("throw");
    heard.add(what);
    if (breaks) {
      throw new IllegalStateException(what);
    }
  }
}
