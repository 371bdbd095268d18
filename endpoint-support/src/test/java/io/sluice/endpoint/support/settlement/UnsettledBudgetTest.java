/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnsettledBudgetTest {

  private static final int END = -1;

  private final AtomicInteger room = new AtomicInteger();
  private final UnsettledBudget budget = new UnsettledBudget(3, 100, room::incrementAndGet);

  @Test
  void windowsShareTheNumber() {
    UnsettledBudget.Share one = budget.share();
    UnsettledBudget.Share two = budget.share();
    one.take(1);
    one.take(1);
    two.take(1);

    assertThat(one.hasRoom(1)).isFalse();
    assertThat(two.hasRoom(1)).isFalse();
    assertThat(budget.count()).isEqualTo(3);
    assertThat(one.count()).isEqualTo(2);
    two.give(1);
    assertThat(one.hasRoom(1)).isTrue();
    assertThat(two.hasRoom(1)).isTrue();
    assertThat(room).as("told once").hasValue(1);
  }

  @Test
  void windowsShareTheBytesButOneDeliveryAlwaysPasses() {
    UnsettledBudget.Share share = budget.share();

    assertThat(share.hasRoom(Integer.MAX_VALUE)).isTrue();
    share.take(Integer.MAX_VALUE);
    assertThat(share.hasRoom(0)).isFalse();
    share.give(Integer.MAX_VALUE);
    share.take(60);
    assertThat(share.hasRoom(40)).isTrue();
    assertThat(share.hasRoom(41)).isFalse();
  }

  @Test
  void nobodyIsToldWhoHasNotAsked() {
    UnsettledBudget.Share share = budget.share();
    share.take(1);
    share.give(1);

    assertThat(room).hasValue(0);
  }

  @Test
  void aClosedShareGivesBackTheRestOnce() {
    UnsettledBudget.Share share = budget.share();
    share.take(10);
    share.take(20);
    share.give(10);

    share.close();
    share.close();
    share.give(20);
    share.take(5);

    assertThat(budget.count()).isZero();
    assertThat(share.count()).isZero();
    assertThat(budget.share().hasRoom(100)).isTrue();
  }

  /** Else the small deliveries of the others would take all that is given back, for ever. */
  @Test
  void aLargeDeliveryHasTheNextTurn() {
    UnsettledBudget.Share small = budget.share();
    UnsettledBudget.Share large = budget.share();
    small.take(50);
    assertThat(large.hasRoom(80)).isFalse();

    assertThat(small.hasRoom(10)).as("another waits for more").isFalse();
    small.give(50);
    assertThat(room).hasValue(1);
    assertThat(small.hasRoom(10)).as("still").isFalse();
    assertThat(large.hasRoom(80)).isTrue();
    large.take(80);

    assertThat(small.hasRoom(10)).isTrue();
  }

  @Test
  void whoAsksForNoMoreLeavesItsTurnToTheOthers() {
    UnsettledBudget.Share small = budget.share();
    UnsettledBudget.Share large = budget.share();
    small.take(50);
    assertThat(large.hasRoom(80)).isFalse();
    assertThat(small.hasRoom(10)).isFalse();

    large.withdraw();

    assertThat(room).as("told to ask again").hasValue(1);
    assertThat(small.hasRoom(10)).isTrue();
    assertThat(large.hasRoom(80)).isFalse();
    assertThat(small.hasRoom(10)).as("though it has asked once more").isTrue();
  }

  /** The owner sleeps until it is told; a turn that is given up in silence would hang it. */
  @Test
  @Timeout(60)
  void givingUpATurnRacesWithWhoWaitsForIt() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < 10_000; round++) {
        Semaphore wakeUps = new Semaphore(0);
        UnsettledBudget raced = new UnsettledBudget(3, 100, wakeUps::release);
        UnsettledBudget.Share small = raced.share();
        UnsettledBudget.Share large = raced.share();
        small.take(50);
        Future<?> ending = other.submit(large::withdraw);
        assertThat(large.hasRoom(80)).isFalse();
        while (!small.hasRoom(10)) {
          wakeUps.acquire();
        }
        ending.get();
      }
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void impossibleBudgetsAreRefused() {
    assertThatThrownBy(() -> new UnsettledBudget(0, 1, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UnsettledBudget(1, 1L << 40, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The owner waits for room whenever there is none; a lost wake-up would hang it. */
  @Test
  void takingGivingAndClosingRaceToNothingLeft() throws Exception {
    int deliveries = 100_000;
    Semaphore wakeUps = new Semaphore(0);
    UnsettledBudget raced = new UnsettledBudget(8, 1000, wakeUps::release);
    BlockingQueue<Integer> unsettled = new LinkedBlockingQueue<>();
    UnsettledBudget.Share share = raced.share();
    UnsettledBudget.Share dying = raced.share();
    ExecutorService settlers = Executors.newFixedThreadPool(2);
    List<Future<?>> settling = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      settling.add(settlers.submit(() -> settle(unsettled, share)));
    }
    dying.take(7);
    Future<?> closing = settlers.submit(dying::close);
    try {
      for (int i = 0; i < deliveries; i++) {
        int size = i % 200;
        while (!share.hasRoom(size)) {
          wakeUps.acquire();
        }
        share.take(size);
        unsettled.add(size);
      }
      unsettled.add(END);
      unsettled.add(END);
      for (Future<?> settler : settling) {
        settler.get();
      }
      closing.get();
    } finally {
      settlers.shutdownNow();
    }

    assertThat(raced.count()).isZero();
    assertThat(share.hasRoom(1000)).isTrue();
  }

  private static Void settle(BlockingQueue<Integer> unsettled, UnsettledBudget.Share share)
      throws InterruptedException {
    for (int size = unsettled.take(); size != END; size = unsettled.take()) {
      share.give(size);
    }
    return null;
  }
}
