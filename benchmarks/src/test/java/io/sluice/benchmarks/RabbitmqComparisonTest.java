/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.tck.broker.RabbitBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs every comparison once, so that none rots; the figures of such a run say nothing. */
class RabbitmqComparisonTest {

  @Test
  void everyContestantComesToItsEnd() throws Exception {
    RabbitBroker.assumeInstalled();

    assertThat(run("--messages", "3000", "--pairs", "1", "--warm-ups", "0", "--profile"))
        .contains("consume 3,000 messages", "publish 3,000 messages")
        .contains("to amqp-client", "to PerfTest", "amqp-client netty()")
        .contains("Sluice AT_LEAST_ONCE", "Sluice AUTO", "Sluice NONE")
        .contains("Sluice publisher()", "Sluice publish()")
        .contains("CPU us/msg");
  }

  @Test
  void saysPlainlyThatItIsLeftOutWithoutRabbitmq() throws Exception {
    System.setProperty(RabbitBroker.COMMANDS, "/nowhere");
    try {
      assertThat(run()).contains("Left out: RabbitMQ and Erlang are not installed");
    } finally {
      System.clearProperty(RabbitBroker.COMMANDS);
    }
  }

  private static String run(String... args) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RabbitmqComparison.run(
        RabbitmqComparison.OPTIONS.with(args), new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
