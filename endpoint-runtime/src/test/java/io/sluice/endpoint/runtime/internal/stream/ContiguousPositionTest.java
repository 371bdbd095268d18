/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContiguousPositionTest {

  private final ContiguousPosition position = new ContiguousPosition();

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
    position.requeued(1, Tape.message(1));
    settle(2, 3);
    assertThat(last()).isEqualTo("0");
    position.redelivered(4, Tape.message(1));
    position.settled(4, Tape.message(1));
    assertThat(last()).isEqualTo("3");
    settle(5);
    assertThat(last()).isEqualTo("5");
  }

  @Test
  void aMessageMayBeRequeuedAgainAndAgain() {
    position.requeued(0, Tape.message(0));
    settle(1);
    for (int i = 2; i < 10; i++) {
      position.redelivered(i, Tape.message(0));
      position.requeued(i, Tape.message(0));
      assertThat(position.last()).isNull();
    }
    position.redelivered(10, Tape.message(0));
    position.settled(10, Tape.message(0));
    assertThat(last()).isEqualTo("1");
  }

  @Test
  void aRequeuedMessageThatNeverComesBackIsGivenUp() {
    position.requeued(0, Tape.message(0));
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

  private void settle(int... sequences) {
    for (int sequence : sequences) {
      position.settled(sequence, Tape.message(sequence));
    }
  }

  private String last() {
    return position.last().id().orElseThrow();
  }
}
