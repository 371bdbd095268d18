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

  @AfterEach
  void endWorkers() {
    workers.close();
  }

  @Test
  void aConnectionThatBreaksIsMadeAgain() {
    ReconnectLoop loop = loop(-1, 1);
    assertThat(attempts).hasValue(1);
    loop.connected();
    assertThat(loop.isUp()).isTrue();
    assertThat(life.state()).isEqualTo(EndpointState.UP);

    loop.lost(REFUSED);

    assertThat(loop.isUp()).isFalse();
    assertThat(loop.hindrance()).contains(REFUSED);
    assertThat(life.status().reason()).isEqualTo(REFUSED.getMessage());
    eventually().until(() -> attempts.get() == 2);
    loop.connected();
    assertThat(loop.hindrance()).isEmpty();
    assertThat(heard).containsExactly("connected", "lost", "connected");
    assertThat(meter.counters().reconnects()).isOne();
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void attemptsMayBeUsedUp() {
    ReconnectLoop loop = loop(2, 1);
    for (int attempt = 1; attempt <= 3; attempt++) {
      int count = attempt;
      eventually().until(() -> attempts.get() == count);
      loop.lost(REFUSED);
    }

    assertThat(heard)
        .containsExactly(
            "failed while DOWN: reconnect.maxAttempts are used up: no server listens at broker:1");
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
    assertThat(life.status().lastError().orElseThrow().code())
        .isEqualTo(ErrorCode.CONNECTION_REFUSED);
    loop.connected();
    assertThat(loop.isUp()).isFalse();
  }

  @Test
  void aConfigurationThatCannotWorkIsNotTriedAgain() {
    loop(-1, 1)
        .lost(new EndpointException(ErrorCode.INVALID_CONFIGURATION, "no such virtual host"));

    assertThat(heard).containsExactly("failed while STARTING: no such virtual host");
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void reportsThatDoNotFitAreIgnored() {
    ReconnectLoop loop = loop(-1, 60_000);
    loop.lost(REFUSED);
    loop.lost(REFUSED);
    loop.connected();

    assertThat(loop.isUp()).isFalse();
    assertThat(heard).isEmpty();
    loop.open();
    assertThat(attempts).as("it waits for its time").hasValue(1);
  }

  @Test
  void aClosedLoopReportsNothing() {
    ReconnectLoop loop = loop(-1, 1);
    loop.close();
    loop.close();

    loop.connected();
    loop.lost(REFUSED);
    loop.fail(REFUSED);

    assertThat(heard).isEmpty();
    assertThat(life.state()).isEqualTo(EndpointState.STARTING);
  }

  @Test
  void aLossThatTwoThreadsReportIsOneLoss() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      ReconnectLoop loop = loop(1, 60_000);
      loop.connected();
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

  private static Thread losing(CountDownLatch begin, ReconnectLoop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                begin.await();
                loop.lost(REFUSED);
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
            attempts::incrementAndGet,
            new Backoff(delay, delay, 0, maxAttempts),
            life,
            life.link("backend"),
            meter,
            workers,
            listener());
    loop.open();
    return loop;
  }

  private ReconnectLoop.Listener listener() {
    return new ReconnectLoop.Listener() {
      @Override
      public void connected() {
        heard.add("connected");
      }

      @Override
      public void lost() {
        heard.add("lost");
      }

      @Override
      public void failed(EndpointException error) {
        heard.add("failed while " + life.state() + ": " + error.getMessage());
      }
    };
  }
}
