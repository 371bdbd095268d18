/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnderWayTest {

  private final UnderWay underWay = new UnderWay();
  private final List<Publication> all = new ArrayList<>();

  UnderWayTest() {
    for (int i = 0; i < 5; i++) {
      all.add(publication());
      underWay.add(all.get(i));
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
    underWay.trim();
    assertThat(shown()).isEmpty();
    all.add(publication());
    underWay.add(all.get(5));
    assertThat(shown()).containsExactly(all.get(5));
  }

  @Test
  void trimmingEndsAtTheFirstWithoutAnOutcome() {
    end(0);
    end(2);

    underWay.trim();

    assertThat(shown()).containsExactly(all.get(1), all.get(3), all.get(4));
    assertThat(all.get(0).behind).isNull();
  }

  @Test
  void whatGetsItsOutcomeWhileItIsShownIsLetGoOf() {
    underWay.forEach(publication -> end(all.indexOf(publication)));

    assertThat(shown()).isEmpty();
  }

  @Test
  void nothingIsLostWhenAnActionBreaks() {
    end(0);

    assertThatThrownBy(
            () ->
                underWay.forEach(
                    publication -> {
                      throw new IllegalStateException();
                    }))
        .isInstanceOf(IllegalStateException.class);

    all.add(publication());
    underWay.add(all.get(5));
    assertThat(shown()).containsExactlyElementsOf(all.subList(1, 6));
  }

  private List<Publication> shown() {
    List<Publication> shown = new ArrayList<>();
    underWay.forEach(shown::add);
    return shown;
  }

  private void end(int index) {
    all.get(index).reject(new EndpointException(ErrorCode.REJECTED, "no"));
  }

  private static Publication publication() {
    Message message = Message.of("x");
    return new Publication(
        message,
        new KafkaMessageWriter(List.of("t")).records(message),
        false,
        true,
        new EndpointMeter(),
        publication -> {});
  }
}
