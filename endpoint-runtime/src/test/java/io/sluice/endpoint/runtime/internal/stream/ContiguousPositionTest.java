/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContiguousPositionTest {

  private ContiguousPosition position = new ContiguousPosition();
  private int opened;

  @Test
  void followsWhatIsSettledInOrder() {
    assertThat(position.last()).isNull();
    settle(0, 1, 2);
    assertThat(last()).isEqualTo("2");
  }

  @Test
  void stopsAtAGapUntilItIsClosed() {
    settle(0, 2, 3);
    assertThat(last()).isEqualTo("0");
    settle(1);
    assertThat(last()).isEqualTo("3");
  }

  @Test
  void remembersFarAheadOfAGap() {
    for (int i = 1; i < 1000; i++) {
      settle(i);
    }
    assertThat(position.last()).isNull();
    settle(0);
    assertThat(last()).isEqualTo("999");
  }

  @Test
  void remembersNoBytesAheadOfAGap() {
    settle(1, 0);
    assertThat(position.last().payload()).isNull();
  }

  @Test
  void aRequeuedMessageIsAGapUntilItsRedeliveryIsSettled() {
    settle(0);
    requeue(1);
    settle(2, 3);
    assertThat(last()).isEqualTo("0");
    position.settled(redeliver(1), Tape.message(1));
    assertThat(last()).isEqualTo("3");
    settle(5);
    assertThat(last()).isEqualTo("5");
  }

  @Test
  void aMessageMayBeRequeuedAgainAndAgain() {
    requeue(0);
    settle(1);
    for (int i = 2; i < 10; i++) {
      position.requeued(redeliver(0), Tape.message(0));
      assertThat(position.last()).isNull();
    }
    position.settled(redeliver(0), Tape.message(0));
    assertThat(last()).isEqualTo("1");
  }

  @Test
  void aRequeuedMessageThatNeverComesBackIsGivenUp() {
    requeue(0);
    for (int i = 1; i <= ContiguousPosition.MAX_DELIVERIES_PAST_REQUEUE + 1; i++) {
      settle(i);
    }
    assertThat(last())
        .isEqualTo(Integer.toString(ContiguousPosition.MAX_DELIVERIES_PAST_REQUEUE + 1));
  }

  @Test
  void aMessageThatIsNotSettledIsNeverGivenUp() {
    for (int i = 1; i <= ContiguousPosition.MAX_DELIVERIES_PAST_REQUEUE + 2; i++) {
      settle(i);
    }
    assertThat(position.last()).isNull();
  }

  @Test
  void neverPassesWhatIsNotSettledInWhateverOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    boolean[] settled = new boolean[501];
    for (int next : order) {
      settle(next);
      settled[next] = true;
      int contiguous = 0;
      while (settled[contiguous]) {
        contiguous++;
      }
      String expected = contiguous == 0 ? null : Integer.toString(contiguous - 1);
      assertThat(position.last() == null ? null : last()).as("seed " + seed).isEqualTo(expected);
    }
  }

  @Test
  void theNextGenerationSkipsWhatIsSettledBehindAGap() {
    settle(0, 2, 4);
    requeue(5);
    settle(6);

    position = position.forNext();

    assertThat(last()).isEqualTo("0");
    assertThat(skipped(1, 2, 3, 4, 5, 6, 7)).containsExactly(2, 4, 6);
    assertThat(skipped(2)).as("delivered once more by the backend").isEmpty();
  }

  @Test
  void whatWasSkippedCountsAsSettled() {
    settle(1);
    position = position.forNext();
    opened = 0;

    settle(0);
    assertThat(skipped(1)).containsExactly(1);

    assertThat(last()).isEqualTo("1");
  }

  @Test
  void whatHasNotComeAgainIsSkippedByTheGenerationAfter() {
    settle(2, 3);
    position = position.forNext();
    opened = 0;
    openUntil(1);
    skipped(2);

    position = position.forNext();

    assertThat(skipped(0, 1, 2, 3)).containsExactly(2, 3);
  }

  private List<Integer> skipped(int... numbers) {
    List<Integer> skipped = new ArrayList<>();
    for (int number : numbers) {
      if (position.skip(Tape.message(number))) {
        skipped.add(number);
      }
    }
    return skipped;
  }

  private void settle(int... sequences) {
    for (int sequence : sequences) {
      openUntil(sequence);
      position.settled(sequence, Tape.message(sequence));
    }
  }

  private void requeue(int sequence) {
    openUntil(sequence);
    position.requeued(sequence, Tape.message(sequence));
  }

  private void openUntil(int sequence) {
    while (opened <= sequence) {
      position.open(Tape.message(opened++));
    }
  }

  private long redeliver(int number) {
    opened++;
    return position.open(
        Tape.message(number).toBuilder().attribute(Delivery.COUNT_ATTRIBUTE, 2).build());
  }

  private String last() {
    return position.last().id().orElseThrow();
  }
}
