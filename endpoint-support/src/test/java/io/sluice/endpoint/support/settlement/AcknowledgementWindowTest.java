/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcknowledgementWindowTest {

  private static final long NONE = AcknowledgementWindow.NONE;

  private final AtomicInteger room = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();

  private AcknowledgementWindow window(int capacity) {
    return window(capacity, Long.MAX_VALUE);
  }

  private AcknowledgementWindow window(int capacity, long bytes) {
    return new AcknowledgementWindow(capacity, bytes, room::incrementAndGet, nanos::get);
  }

  @Test
  void anEmptyWindowHasNoPosition() {
    AcknowledgementWindow window = window(4);

    assertThat(window.settledPosition()).isEqualTo(NONE);
    assertThat(window.oldestUnsettledPosition()).isEqualTo(NONE);
    assertThat(window.oldestUnsettledAge()).isZero();
    assertThat(window.unsettled()).isZero();
    assertThat(window.isEmpty()).isTrue();
    assertThat(window.hasRoom(Integer.MAX_VALUE)).isTrue();
  }

  @Test
  void theSettledPositionWaitsForTheOldest() {
    AcknowledgementWindow window = window(4);
    long first = window.open(100, 1);
    long second = window.open(103, 1);
    long third = window.open(110, 1);

    assertThat(window.settle(second)).isTrue();
    assertThat(window.settledPosition()).isEqualTo(NONE);
    assertThat(window.unsettled()).isEqualTo(2);
    assertThat(window.oldestUnsettledPosition()).isEqualTo(100);

    assertThat(window.settle(first)).isTrue();
    assertThat(window.settledPosition()).isEqualTo(103);
    assertThat(window.oldestUnsettledPosition()).isEqualTo(110);

    assertThat(window.settle(third)).isTrue();
    assertThat(window.settledPosition()).isEqualTo(110);
    assertThat(window.isEmpty()).isTrue();
  }

  @Test
  void settlesOnceOnly() {
    AcknowledgementWindow window = window(4);
    long sequence = window.open(1, 1);

    assertThat(window.settle(sequence)).isTrue();
    assertThat(window.settle(sequence)).isFalse();
  }

  @Test
  void ignoresSequencesThatWereNeverOpened() {
    AcknowledgementWindow window = window(4);
    window.open(1, 1);

    assertThat(window.settle(-1)).isFalse();
    assertThat(window.settle(1)).isFalse();
    assertThat(window.settle(Long.MAX_VALUE)).isFalse();
    assertThat(window.settle(Long.MIN_VALUE)).isFalse();
    assertThat(window.unsettled()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 1023, 1024})
  void aStaleSettlementDoesNotHitTheNextDeliveryInTheSlot(int capacity) {
    AcknowledgementWindow window = window(capacity);
    for (int i = 0; i < 5 * capacity + 3; i++) {
      long sequence = window.open(i, 1);
      for (long stale = Math.max(0, sequence - 2L * capacity); stale < sequence; stale++) {
        assertThat(window.settle(stale)).isFalse();
      }
      assertThat(window.unsettled()).isEqualTo(1);
      assertThat(window.settle(sequence)).isTrue();
      assertThat(window.settledPosition()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void theSettledPositionOutlivesAFullWindow(int capacity) {
    AcknowledgementWindow window = window(capacity);
    window.settle(window.open(77, 1));

    for (int i = 0; i < capacity; i++) {
      window.open(100 + i, 1);
    }

    assertThat(window.settledPosition()).isEqualTo(77);
    assertThat(window.oldestUnsettledPosition()).isEqualTo(100);
  }

  @Test
  void isFullAtItsCapacityCountedFromTheOldest() {
    AcknowledgementWindow window = window(3);
    window.open(1, 1);
    long second = window.open(2, 1);
    assertThat(window.hasRoom(1)).isTrue();
    window.open(3, 1);

    assertThat(window.hasRoom(1)).isFalse();
    window.settle(second);
    assertThat(window.hasRoom(1)).as("the oldest is still there").isFalse();
    assertThatThrownBy(() -> window.open(4, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isFullAtItsBytes() {
    AcknowledgementWindow window = window(100, 1_000);
    long first = window.open(1, 600);

    assertThat(window.hasRoom(400)).isTrue();
    assertThat(window.hasRoom(401)).isFalse();
    window.settle(first);
    assertThat(window.hasRoom(401)).isTrue();
  }

  @Test
  void aDeliveryLargerThanTheBoundPassesAlone() {
    AcknowledgementWindow window = window(100, 1_000);
    assertThat(window.hasRoom(5_000)).isTrue();
    long large = window.open(1, 5_000);
    assertThat(window.hasRoom(0)).isFalse();

    window.settle(large);

    assertThat(window.hasRoom(5_000)).isTrue();
  }

  @Test
  void callsForMoreOnceWhenRoomIsMade() {
    AcknowledgementWindow window = window(2);
    long first = window.open(1, 1);
    long second = window.open(2, 1);
    assertThat(window.hasRoom(1)).isFalse();

    window.settle(second);
    assertThat(room).as("nothing left the window").hasValue(0);
    window.settle(first);
    assertThat(room).hasValue(1);
  }

  @Test
  void doesNotCallWhenNobodyWantedRoom() {
    AcknowledgementWindow window = window(2);
    long first = window.open(1, 1);
    window.open(2, 1);

    window.settle(first);

    assertThat(room).hasValue(0);
  }

  @Test
  void knowsTheAgeOfTheOldest() {
    AcknowledgementWindow window = window(4);
    nanos.set(Duration.ofSeconds(10).toNanos());
    long first = window.open(1, 1);
    nanos.set(Duration.ofSeconds(13).toNanos());
    window.open(2, 1);
    nanos.set(Duration.ofSeconds(15).toNanos());

    assertThat(window.oldestUnsettledAge()).isEqualTo(Duration.ofSeconds(5));
    window.settle(first);
    assertThat(window.oldestUnsettledAge()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void readsTheAgeAgainWhenTheOldestIsSettledMeanwhile() {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>();
    AcknowledgementWindow window =
        new AcknowledgementWindow(
            1,
            1_000,
            () -> {},
            () -> {
              Runnable now = meanwhile.getAndSet(null);
              if (now != null) {
                now.run();
              }
              return nanos.get();
            });
    long first = window.open(1, 1);
    nanos.set(100);

    meanwhile.set(
        () -> {
          window.settle(first);
          nanos.set(150);
          window.open(2, 1);
          nanos.set(175);
        });

    assertThat(window.oldestUnsettledAge()).isEqualTo(Duration.ofNanos(25));
  }

  @Test
  void knowsThePositionOfAnUnsettledDelivery() {
    AcknowledgementWindow window = window(4);
    window.open(10, 1);

    assertThat(window.position(window.open(20, 1))).isEqualTo(20);
  }

  @Test
  void countsNothingOnceClosed() {
    AcknowledgementWindow window = window(4);
    long first = window.open(1, 1);
    long second = window.open(2, 1);
    window.settle(first);

    window.close();
    window.close();

    assertThat(window.isClosed()).isTrue();
    assertThat(window.settle(second)).isFalse();
    assertThat(window.settledPosition()).isEqualTo(1);
    assertThat(window.unsettled()).isEqualTo(1);
  }

  @Test
  void holdsNoSegmentBeforeItsFirstDelivery() {
    assertThat(window(1024).segments()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 63, 64, 65, 127, 128, 1000, 1024})
  void itsMemoryGrowsAndShrinksWithItsSpan(int capacity) {
    AcknowledgementWindow window = window(capacity);
    int slots = Math.max(8, Math.min(64, Integer.highestOneBit(capacity)));
    int oldest = 0;
    int next = 0;
    for (int round = 0; round < 5; round++) {
      while (next - oldest < capacity) {
        window.open(next, 1);
        next++;
        assertThat(window.segments()).isLessThanOrEqualTo(segments(oldest, next, slots) + 1);
      }
      for (int i = 1; i < capacity; i++) {
        window.settle(oldest++);
        assertThat(window.segments()).isLessThanOrEqualTo(segments(oldest, next, slots) + 1);
      }
    }
    window.settle(oldest);

    assertThat(window.segments())
        .as("that of the settled position, and a spare one")
        .isBetween(1, 2);
  }

  /** How many segments there are from the slot before the oldest to the newest. */
  private static int segments(int oldest, int next, int slots) {
    return (next - 1) / slots - Math.max(0, oldest - 1) / slots + 1;
  }

  @Test
  void lateSettlementsHitNothingInARecycledSegment() {
    AcknowledgementWindow window = window(1024);
    for (int i = 0; i < 64; i++) {
      window.settle(window.open(i, 1));
    }
    window.settle(window.open(64, 1)); // the first segment is the spare one from here on
    for (int i = 65; i < 130; i++) {
      window.open(i, 1); // the last two in the recycled segment
    }
    assertThat(window.segments()).isEqualTo(2);

    for (long other = 0; other < 300; other++) {
      boolean open = other >= 65 && other < 130;
      assertThat(open || !window.settle(other)).as("settlement of %s", other).isTrue();
    }

    assertThat(window.unsettled()).isEqualTo(65);
    assertThat(window.settledPosition()).isEqualTo(64);
    assertThat(window.oldestUnsettledPosition()).isEqualTo(65);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000})
  void allocatesNothingWhileItsSpanStaysTheSame(int span) {
    AcknowledgementWindow window = window(1024);
    for (int i = 0; i < 10_000; i++) {
      openAndSettle(window, i, span);
    }
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();

    for (int i = 10_000; i < 110_000; i++) {
      openAndSettle(window, i, span);
    }

    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
  }

  private static void openAndSettle(AcknowledgementWindow window, long sequence, int span) {
    window.hasRoom(1);
    window.open(sequence, 1);
    window.settle(sequence - span + 1);
  }

  @Test
  void refusesBoundsThatBoundNothing() {
    assertThatThrownBy(() -> window(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> window(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
