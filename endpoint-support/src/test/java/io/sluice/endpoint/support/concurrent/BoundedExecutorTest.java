/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The pool and the timer run what they have when the test says so. */
class BoundedExecutorTest {

  private final Deque<Runnable> pool = new ArrayDeque<>();
  private final Deque<Runnable> timer = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private boolean refusing;

  private final BoundedExecutor executor = new BoundedExecutor(this::accept, 2, 0, timer::add);

  private void accept(Runnable task) {
    if (refusing) {
      throw new RejectedExecutionException("in a test");
    }
    pool.add(task);
  }

  @Test
  void whatFindsNoPlaceWaitsInOrder() {
    submit("a", "b", "c", "d");
    assertThat(pool).hasSize(2);

    pool.poll().run();
    assertThat(pool).as("the next has its turn after what the pool has").hasSize(2);
    runAll();

    assertThat(done).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aTaskThatThrowsGivesItsPlaceUp() {
    for (int i = 0; i < 2; i++) {
      executor.execute(
          () -> {
            throw new IllegalStateException("a task's fault");
          });
    }
    submit("a");
    assertThatThrownBy(() -> pool.poll().run()).isInstanceOf(IllegalStateException.class);
    pool.removeFirst(); // the other hangs

    runAll();

    assertThat(done).containsExactly("a");
  }

  @Test
  void aPoolThatRefusesCostsNoPlace() {
    refusing = true;
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> submit("never")).isInstanceOf(RejectedExecutionException.class);
    }
    refusing = false;

    submit("a", "b");

    runAll();
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void whatWaitsRunsAlsoWhenThePoolHasShutDown() {
    submit("a", "b", "c", "d");
    refusing = true;

    runAll();

    assertThat(done).containsExactly("a", "c", "d", "b");
  }

  @Test
  void whatHangsGivesItsPlaceUpOnceWhenOthersWait() {
    submit("a", "b");
    assertThat(timer).as("nobody waits").isEmpty();
    Runnable hanging = pool.poll();
    Runnable other = pool.poll();
    submit("c", "d", "e");
    assertThat(timer).hasSize(1);

    timer.poll().run();
    assertThat(pool).hasSize(2);
    hanging.run();
    other.run();
    assertThat(pool).as("their places are gone").hasSize(2);
    runAll();

    assertThat(done).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void whatThePoolDoesNotTakeForOneThatHangsWaitsForTheNextLook() {
    submit("a", "b");
    pool.clear(); // both hang
    submit("c", "d");
    refusing = true;
    timer.poll().run();
    assertThat(done).as("nothing runs on the thread that looks").isEmpty();
    refusing = false;
    timer.poll().run();

    runAll();

    assertThat(done).containsExactly("c", "d");
  }

  @Test
  void whatThePoolDidNotTakeStartsAtTheLatestWithTheNextTask() {
    submit("a", "b");
    pool.clear(); // both hang
    submit("c", "d");
    refusing = true;
    timer.poll().run();
    refusing = false;

    submit("e");
    runAll();

    assertThat(done).containsExactly("c", "d", "e");
  }

  private void submit(String... names) {
    for (String name : names) {
      executor.execute(() -> done.add(name));
    }
  }

  private void runAll() {
    while (!pool.isEmpty()) {
      pool.poll().run();
    }
  }
}
