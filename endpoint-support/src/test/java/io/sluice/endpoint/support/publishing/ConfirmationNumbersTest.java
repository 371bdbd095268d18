/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfirmationNumbersTest {

  private final ConfirmationNumbers<String> numbers = new ConfirmationNumbers<>();
  private final List<String> outcomes = new ArrayList<>();
  private int added;

  @Test
  void numbersBeginWithOneAndHaveNoGaps() {
    assertThat(numbers.add(publication("a"))).isEqualTo(1);
    assertThat(numbers.add(publication("b"))).isEqualTo(2);
    assertThat(numbers.size()).isEqualTo(2);
  }

  @Test
  void anOutcomeIsForOneMessageOrForAllBeforeItToo() {
    add(6);

    settle(2, false);
    assertThat(outcomes).containsExactly("2");
    settle(4, true);
    assertThat(outcomes).containsExactly("2", "1", "3", "4");
    settle(4, true);
    settle(9, false);

    assertThat(outcomes).hasSize(4);
    assertThat(numbers.size()).isEqualTo(2);
    settle(9, true); // more than was handed over
    assertThat(outcomes).endsWith("5", "6");
    assertThat(numbers.size()).isZero();
  }

  @Test
  void whatIsUnderWayIsFoundInOrder() {
    add(5);
    settle(2, false);

    assertThat(numbers.find(1, each -> true)).isEqualTo(1);
    assertThat(numbers.find(2, each -> true)).isEqualTo(3);
    assertThat(numbers.find(1, each -> each.content().equals("4"))).isEqualTo(4);
    assertThat(numbers.find(1, each -> each.content().equals("2"))).isZero();
    assertThat(numbers.find(6, each -> true)).isZero();
  }

  @Test
  void whatHasAnOutcomeOtherwiseIsLetGo() {
    List<Publication<String>> publications = add(3);
    publications.get(0).reject(new EndpointException(ErrorCode.TIMEOUT, "late"));
    publications.get(2).reject(new EndpointException(ErrorCode.TIMEOUT, "late"));

    numbers.withdrawDone();
    settle(3, true);

    assertThat(outcomes).containsExactly("2");
  }

  @Test
  void manyMayBeUnderWayWhileTheOldestIsNotConfirmed() {
    add(1000);
    for (int number = 2; number <= 1000; number++) {
      settle(number, false);
    }
    assertThat(outcomes).hasSize(999);
    add(1000);

    settle(2000, true);

    assertThat(outcomes).hasSize(2000).doesNotHaveDuplicates();
    assertThat(outcomes.get(999)).isEqualTo("1");
  }

  private void settle(long number, boolean multiple) {
    numbers.settle(
        number,
        multiple,
        publication -> {
          outcomes.add(publication.content());
          publication.confirm(Attributes.empty());
        });
  }

  private List<Publication<String>> add(int count) {
    List<Publication<String>> publications =
        IntStream.range(0, count).mapToObj(i -> publication(String.valueOf(++added))).toList();
    publications.forEach(numbers::add);
    return publications;
  }

  private static Publication<String> publication(String content) {
    return new Publication<>(Message.of("m"), content, true, new EndpointMeter(), () -> {});
  }
}
