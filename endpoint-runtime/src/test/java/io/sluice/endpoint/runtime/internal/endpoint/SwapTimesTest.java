/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

/** The exact form of the sentence: measurements read it in the log of a host. */
class SwapTimesTest {

  private static final Version NEXT = Version.valueOf("1.0.2");
  private static final String SENTENCE =
      "from 1\\.0\\.1 to 1\\.0\\.2 in \\d+ ms: prepared in 80 ms before, drained in \\d+ ms,"
          + " closed in \\d+ ms, started in \\d+ ms";

  private final long made = System.nanoTime();
  private final SwapTimes times =
      new SwapTimes(Version.valueOf("1.0.1"), Duration.ofMillis(80).toNanos());

  @Test
  void tellsTheStepsOfASwapToASuccessorThatWasMadeBefore() {
    times.drained();
    times.closed();

    assertThat(times.describe(NEXT, made)).matches(SENTENCE);
  }

  @Test
  void tellsHowLongThereWasNoSuccessor() {
    times.drained();
    times.closed();

    assertThat(times.describe(NEXT, System.nanoTime() + 1))
        .matches(SENTENCE + ", without a successor for \\d+ ms");
  }
}
