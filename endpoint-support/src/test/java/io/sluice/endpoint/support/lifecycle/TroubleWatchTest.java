/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TroubleWatchTest {

  private final SharedWorkers workers = SharedWorkers.of("test", TroubleWatchTest.class);
  private final EndpointLifecycle life =
      new EndpointLifecycle("orders", workers, new EndpointMeter());
  private final AtomicInteger looks = new AtomicInteger();

  private volatile String trouble;

  @BeforeEach
  void start() {
    life.start(() -> CompletableFuture.completedFuture(null));
    life.up();
  }

  @AfterEach
  void end() {
    workers.close();
  }

  @Test
  void showsATroubleUntilItIsOver() {
    try (TroubleWatch watch = watch(Duration.ofMillis(80))) {
      await().until(() -> looks.get() > 1);
      assertThat(life.state()).isEqualTo(EndpointState.UP);

      trouble = "message 7 is unsettled";
      await().until(() -> life.state() == EndpointState.DEGRADED);
      assertThat(life.status().reason()).isEqualTo(trouble);

      trouble = null;
      await().until(() -> life.state() == EndpointState.UP);
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void leavesOtherTroublesAlone() {
    life.trouble("topics", "there is no topic 'a'");
    try (TroubleWatch watch = watch(Duration.ofMillis(80))) {
      await().until(() -> looks.get() > 1);
      assertThat(life.status().reason()).isEqualTo("there is no topic 'a'");

      trouble = "message 7 is unsettled";
      await()
          .until(
              () -> life.status().reason().equals("there is no topic 'a'; message 7 is unsettled"));
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void showsATroubleSoonHoweverLongItsAge() {
    assertThat(TroubleWatch.period(Duration.ofNanos(1))).isEqualTo(Duration.ofMillis(20));
    assertThat(TroubleWatch.period(Duration.ofMillis(80))).isEqualTo(Duration.ofMillis(20));
    assertThat(TroubleWatch.period(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(250));
    assertThat(TroubleWatch.period(Duration.ofDays(1))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void looksOftenHoweverShortTheAge() {
    try (TroubleWatch watch = watch(Duration.ofNanos(1))) {
      await().until(() -> looks.get() > 2);
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void looksNoMoreWhenItIsClosed() {
    watch(Duration.ofMillis(80)).close();
    int before = looks.get();

    await()
        .during(Duration.ofMillis(100))
        .until(() -> looks.get() <= before + 1); // one may have been under way
  }

  private TroubleWatch watch(Duration age) {
    return TroubleWatch.start(
        life,
        workers,
        age,
        () -> {
          looks.incrementAndGet();
          return Optional.ofNullable(trouble);
        });
  }
}
