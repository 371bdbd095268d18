/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs every comparison once, so that none rots; the figures of such a run say nothing. */
class KafkaComparisonTest {

  @Test
  void everyContestantComesToItsEnd() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    KafkaComparison.run(
        KafkaComparison.OPTIONS.with(
            "--messages", "3000", "--pairs", "1", "--warm-ups", "0", "--profile"),
        new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("consume 3,000 messages", "4 partition(s)", "publish 750 messages")
        .contains("Sluice AT_LEAST_ONCE", "Sluice AUTO", "Sluice NONE")
        .contains("Sluice publisher()", "Sluice publish()")
        .contains("CPU us/msg");
  }
}
