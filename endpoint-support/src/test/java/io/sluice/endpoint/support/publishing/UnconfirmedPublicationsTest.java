/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnconfirmedPublicationsTest {

  private final UnconfirmedPublications<String> unconfirmed = new UnconfirmedPublications<>();
  private final List<Publication<String>> all = new ArrayList<>();

  UnconfirmedPublicationsTest() {
    for (int i = 0; i < 5; i++) {
      add();
    }
  }

  @Test
  void whatHasAnOutcomeIsLetGoOf() {
    end(1);
    end(3);

    assertThat(shown()).containsExactly(all.get(0), all.get(2), all.get(4));

    end(0);
    end(2);
    end(4);
    unconfirmed.trim();
    assertThat(shown()).isEmpty();
    add();
    assertThat(shown()).containsExactly(all.get(5));
  }

  @Test
  void trimmingEndsAtTheFirstWithoutAnOutcome() {
    end(0);
    end(2);

    unconfirmed.trim();

    assertThat(shown()).containsExactly(all.get(1), all.get(3), all.get(4));
    assertThat(all.get(0).next).isNull();
  }

  @Test
  void whatGetsItsOutcomeWhileItIsShownIsLetGoOf() {
    unconfirmed.forEach(publication -> end(all.indexOf(publication)));

    assertThat(shown()).isEmpty();
  }

  @Test
  void nothingIsLostWhenAnActionBreaks() {
    end(0);

    assertThatThrownBy(
            () ->
                unconfirmed.forEach(
                    publication -> {
                      throw new IllegalStateException();
                    }))
        .isInstanceOf(IllegalStateException.class);

    add();
    assertThat(shown()).containsExactlyElementsOf(all.subList(1, 6));
  }

  @Test
  void thoseWithoutAnOutcomeAreHandedOverInOrder() {
    end(1);

    assertThat(handOver()).containsExactly(all.get(0), all.get(2), all.get(3), all.get(4));
    assertThat(handOver()).isEmpty();

    add();
    assertThat(handOver()).containsExactly(all.get(5));
  }

  @Test
  void aReplayBeginsWithTheOldestWithoutAnOutcome() {
    handOver();
    end(0);
    end(3);
    add();

    unconfirmed.replay();

    assertThat(handOver()).containsExactly(all.get(1), all.get(2), all.get(4), all.get(5));
  }

  @Test
  void whatWaitsAndIsLetGoOfIsPassedOver() {
    end(0);
    end(1);
    unconfirmed.trim();
    end(2);
    shown();

    assertThat(handOver()).containsExactly(all.get(3), all.get(4));
  }

  @Test
  void goesOnAfterAllThatWaitedWereLetGoOf() {
    for (int i = 0; i < 5; i++) {
      end(i);
    }
    unconfirmed.trim();
    add();

    assertThat(handOver()).containsExactly(all.get(5));
  }

  private List<Publication<String>> shown() {
    List<Publication<String>> shown = new ArrayList<>();
    unconfirmed.forEach(shown::add);
    return shown;
  }

  private List<Publication<String>> handOver() {
    List<Publication<String>> handedOver = new ArrayList<>();
    for (Publication<String> next = unconfirmed.firstWaiting();
        next != null;
        next = unconfirmed.firstWaiting()) {
      handedOver.add(next);
      unconfirmed.handedOver();
    }
    return handedOver;
  }

  private void add() {
    Publication<String> publication =
        new Publication<>(Message.of("x"), "x", true, new EndpointMeter(), () -> {});
    all.add(publication);
    unconfirmed.add(publication);
  }

  private void end(int index) {
    all.get(index).reject(new EndpointException(ErrorCode.REJECTED, "no"));
  }
}
