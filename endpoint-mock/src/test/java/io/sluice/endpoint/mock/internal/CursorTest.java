/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CursorTest {

  private static final long NO_LIMIT = Long.MAX_VALUE;

  @Test
  void onDemandThereIsAlwaysANextIndex() {
    Cursor cursor = cursor(Duration.ZERO, NO_LIMIT);

    assertThat(cursor.take()).isEqualTo(0);
    assertThat(cursor.take()).isEqualTo(1);
    assertThat(cursor.available()).isNegative();
  }

  @Test
  void theCountEndsIt() {
    Cursor cursor = cursor(Duration.ZERO, 1);
    assertThat(cursor.isAtEnd()).isFalse();
    assertThat(cursor.available()).isEqualTo(1);

    cursor.take();

    assertThat(cursor.isAtEnd()).isTrue();
    assertThat(cursor.available()).isZero();
    assertThat(cursor.take()).isEqualTo(Cursor.NONE);
    assertThat(cursor.next()).isEqualTo(1);
  }

  @Test
  void withAnIntervalAMessageFallsDueAtEachTick() {
    Cursor cursor = cursor(Duration.ofSeconds(1), NO_LIMIT);
    assertThat(cursor.take()).isEqualTo(Cursor.NONE);

    cursor.tick();

    assertThat(cursor.take()).isEqualTo(0);
    assertThat(cursor.take()).isEqualTo(Cursor.NONE);
  }

  @Test
  void whatIsDueIsBounded() {
    Cursor cursor = cursor(Duration.ofSeconds(1), NO_LIMIT);

    for (int i = 0; i < 10; i++) {
      cursor.tick();
    }

    assertThat(cursor.available()).isEqualTo(3);
  }

  @Test
  void itMoves() {
    Cursor cursor = cursor(Duration.ZERO, NO_LIMIT);

    cursor.moveTo(10);
    cursor.moveBackTo(20);
    assertThat(cursor.next()).isEqualTo(10);
    cursor.moveBackTo(5);
    assertThat(cursor.next()).isEqualTo(5);
  }

  @Test
  void anIndexIsTakenOnce() throws Exception {
    int count = 100_000;
    Cursor cursor = cursor(Duration.ZERO, count);
    Set<Long> taken = ConcurrentHashMap.newKeySet();
    CountDownLatch twice = new CountDownLatch(1);
    Runnable taking =
        () -> {
          for (long i = cursor.take(); i != Cursor.NONE; i = cursor.take()) {
            if (!taken.add(i)) {
              twice.countDown();
            }
          }
        };
    Thread other = new Thread(taking);
    other.start();
    taking.run();
    other.join();

    assertThat(taken).hasSize(count);
    assertThat(twice.getCount()).as("an index taken twice").isEqualTo(1);
  }

  private static Cursor cursor(Duration interval, long count) {
    return new Cursor(
        new MockSettings.Messages(interval, "", false, count, Headers.empty(), Attributes.empty()),
        3);
  }
}
