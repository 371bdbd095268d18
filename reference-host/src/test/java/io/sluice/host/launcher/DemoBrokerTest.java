/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DemoBrokerTest {

  @TempDir private Path folder;

  @Test
  void aBrokerThatIsNotBuiltIsTold() {
    for (String library : new String[] {null, folder.resolve("none").toString()}) {
      StartException failure =
          catchThrowableOfType(
              StartException.class, () -> DemoBroker.start(library, folder.resolve("data")));
      assertThat(failure.exitCode()).isEqualTo(1);
      assertThat(failure.getMessage()).contains("broker-kafka", "./gateway").doesNotContain("\n");
    }
  }

  @Test
  void aBrokerThatEndsIsToldWithItsLastWords() throws Exception {
    DemoBroker broker = DemoBroker.start(folder.toString(), folder.resolve("data"));
    StartException failure = catchThrowableOfType(StartException.class, broker::awaitReady);
    assertThat(failure.getMessage())
        .contains("does not start", "io.sluice.broker.kafka.Main", "--log-level debug")
        .doesNotContain("\n");
    broker.stop();
  }
}
