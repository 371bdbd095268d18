/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.qpid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line means. */
class OptionsTest {

  @Test
  void asksForLittleByDefault() {
    assertThat(Options.parse("--data", "/data", "--port", "1"))
        .isEqualTo(new Options(Path.of("/data").toAbsolutePath(), 1, false));
  }

  @Test
  void takesEveryOption() {
    assertThat(Options.parse("--until-eof", "--port", "65535", "--data", "/data"))
        .isEqualTo(new Options(Path.of("/data").toAbsolutePath(), 65535, true));
  }

  @ParameterizedTest
  @CsvSource({
    "--port 1, --data is missing",
    "--data d, --port is missing",
    "--data, --data needs a value",
    "--data d --port x, '--port needs a port, not x'",
    "--data d --port 0, '--port needs a port, not 0'",
    "--data d --port 65536, '--port needs a port, not 65536'",
    "--data d --colour red, Unknown option --colour"
  })
  void saysWhatIsWrong(String words, String message) {
    assertThatThrownBy(() -> Options.parse(words.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
