/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line means. */
class OptionsTest {

  @Test
  void asksForLittleByDefault() {
    assertThat(Options.parse("--data", "/data"))
        .isEqualTo(
            new Options(
                Path.of("/data").toAbsolutePath(),
                0,
                0,
                Optional.empty(),
                "PLAINTEXT",
                1,
                Optional.empty(),
                List.of(),
                Map.of(),
                false));
  }

  @Test
  void takesEveryOption() {
    String[] words =
        ("--data /data --port 1 --internal-port 2 --advertise localhost:3 --protocol SASL_PLAINTEXT"
                + " --node-id 4 --voters 4@127.0.0.1:5 --scram a --scram b --set c=d --set e=f=g"
                + " --until-eof")
            .split(" ");

    assertThat(Options.parse(words))
        .isEqualTo(
            new Options(
                Path.of("/data").toAbsolutePath(),
                1,
                2,
                Optional.of("localhost:3"),
                "SASL_PLAINTEXT",
                4,
                Optional.of("4@127.0.0.1:5"),
                List.of("a", "b"),
                Map.of("c", "d", "e", "f=g"),
                true));
  }

  @ParameterizedTest
  @CsvSource({
    "--port 1, --data is missing",
    "--data, --data needs a value",
    "--data d --port x, '--port needs a number, not x'",
    "--data d --set x, '--set needs KEY=VALUE, not x'",
    "--data d --colour red, Unknown option --colour"
  })
  void saysWhatIsWrong(String words, String message) {
    assertThatThrownBy(() -> Options.parse(words.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
