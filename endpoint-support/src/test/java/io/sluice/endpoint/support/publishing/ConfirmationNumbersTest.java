/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConfirmationNumbersTest {

  private static final EndpointException REFUSED =
      new EndpointException(ErrorCode.REJECTED, "the broker has no room");

  private final ConfirmationNumbers<String> numbers = new ConfirmationNumbers<>();
  private final AtomicInteger outcomes = new AtomicInteger();

  /** The number that was added last. */
  private volatile long added;

  @Test
  void oneConfirmationIsForOneMessageOrForAllBeforeItToo() {
    List<Publication<String>> publications = add(6);

    numbers.confirm(2, false);
    assertThat(done(publications)).containsExactly("2");
    numbers.confirm(4, true);
    assertThat(done(publications)).containsExactly("1", "2", "3", "4");
    numbers.confirm(4, true);
    numbers.confirm(9, false);

    assertThat(done(publications)).containsExactly("1", "2", "3", "4");
    assertThat(outcomes).hasValue(4);
  }

  @Test
  void aRejectionIsForOneMessageOrForAllBeforeItToo() {
    List<Publication<String>> publications = add(4);

    numbers.confirm(1, false);
    numbers.reject(3, true, REFUSED);
    numbers.reject(4, false, REFUSED);

    assertThat(publications.get(0).receipt().toCompletableFuture().join().isConfirmed()).isTrue();
    for (Publication<String> rejected : publications.subList(1, 4)) {
      assertThat(rejected.receipt().toCompletableFuture().join().error()).contains(REFUSED);
    }
  }

  @Test
  void whatIsUnderWayIsFoundByItsNumber() {
    List<Publication<String>> publications = add(2);

    numbers.confirm(1, false);

    assertThat(numbers.get(1)).isNull();
    assertThat(numbers.get(2)).isSameAs(publications.get(1));
  }

  @Test
  void whatIsWithdrawnIsLetGo() {
    List<Publication<String>> publications = add(3);

    numbers.withdraw(publications.get(0));
    numbers.confirm(2, true);

    assertThat(numbers.get(1)).isNull();
    assertThat(done(publications)).containsExactly("2");
  }

  @Test
  @Timeout(60)
  void confirmationsRaceWithWhatIsHandedOver() throws InterruptedException {
    int count = 100_000;
    Thread backend =
        new Thread(
            () -> {
              long confirmed = 0;
              while (confirmed < count) {
                long handedOver = added;
                if (handedOver > confirmed) {
                  confirmed = handedOver;
                  numbers.confirm(confirmed, true);
                } else {
                  Thread.onSpinWait();
                }
              }
            });
    backend.start();

    add(count);
    backend.join();

    assertThat(outcomes).hasValue(count);
  }

  private List<Publication<String>> add(int count) {
    List<Publication<String>> publications = new ArrayList<>();
    EndpointMeter meter = new EndpointMeter();
    for (long number = 1; number <= count; number++) {
      Publication<String> publication =
          new Publication<>(
              Message.of("m"), String.valueOf(number), true, meter, outcomes::incrementAndGet);
      numbers.add(number, publication);
      publications.add(publication);
      added = number;
    }
    return publications;
  }

  private static List<String> done(List<Publication<String>> publications) {
    return publications.stream().filter(Publication::isDone).map(Publication::content).toList();
  }
}
