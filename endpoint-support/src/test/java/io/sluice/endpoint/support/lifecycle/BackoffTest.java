/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.support.schema.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration INITIAL = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofSeconds(30);

  private static long next(Backoff backoff) {
    return backoff.next().orElseThrow().toMillis();
  }

  @Test
  void doublesUpToItsBound() {
    Backoff backoff = new Backoff(INITIAL, MAX, 0, -1);

    assertThat(new long[] {next(backoff), next(backoff), next(backoff), next(backoff)})
        .containsExactly(500, 1_000, 2_000, 4_000);
    for (int i = 0; i < 5_000; i++) {
      assertThat(next(backoff)).isBetween(8_000L, 30_000L);
    }
    assertThat(next(backoff)).isEqualTo(30_000);
  }

  @Test
  void chanceTakesOffItsShareAndNoMore() {
    assertThat(next(new Backoff(INITIAL, MAX, 0.2, -1, () -> 0.0))).isEqualTo(500);
    assertThat(next(new Backoff(INITIAL, MAX, 0.2, -1, () -> 0.5))).isEqualTo(450);
    assertThat(next(new Backoff(INITIAL, MAX, 0.2, -1, () -> 1.0))).isEqualTo(400);
    for (int i = 0; i < 1_000; i++) {
      assertThat(next(new Backoff(INITIAL, MAX, 0.2, -1))).isBetween(400L, 500L);
    }
  }

  @Test
  void isReadFromItsSection() {
    Settings reconnect =
        Settings.of(
            Map.of("initialDelay", 200L, "maxDelay", 300L, "jitter", 0.0, "maxAttempts", 2L));

    Backoff backoff = Reconnect.of(reconnect).backoff();
    Backoff endless = Reconnect.of(reconnect).endlessBackoff();

    assertThat(next(backoff)).isEqualTo(200);
    assertThat(next(backoff)).isEqualTo(300);
    assertThat(backoff.next()).isEmpty();
    for (int i = 0; i < 100; i++) {
      assertThat(endless.next()).isPresent();
    }
  }

  @Test
  void beginsAnewAfterAReset() {
    Backoff backoff = new Backoff(INITIAL, MAX, 0, 2);
    next(backoff);
    next(backoff);
    assertThat(backoff.next()).isEmpty();
    assertThat(backoff.attempts()).isEqualTo(2);

    backoff.reset();

    assertThat(backoff.attempts()).isZero();
    assertThat(next(backoff)).isEqualTo(500);
  }

  @Test
  void allowsNoAttemptAtAll() {
    assertThat(new Backoff(INITIAL, MAX, 0, 0).next()).isEmpty();
  }

  @Test
  void refusesWhatIsNoBackoff() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, MAX, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(MAX, INITIAL, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(INITIAL, MAX, 1.1, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(INITIAL, MAX, Double.NaN, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
