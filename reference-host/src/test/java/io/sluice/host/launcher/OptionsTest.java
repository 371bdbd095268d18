/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void defaultsAreSafe() throws StartException {
    Options options = Options.parse();
    assertThat(options.request()).isEqualTo(Options.Request.RUN);
    assertThat(options.listen()).isEqualTo("127.0.0.1");
    assertThat(options.load()).isEmpty();
    assertThat(options.maxBody()).isEqualTo(1 << 20);
    assertThat(options.demo()).isFalse();
    assertThat(options.shell()).isTrue();
  }

  @Test
  void valuesFollowOrAreJoined() throws StartException {
    Options options =
        Options.parse(
            "--port",
            "0",
            "--load=/l=1",
            "--data",
            "/d",
            "--secrets",
            "/s",
            "--demo",
            "--no-shell",
            "--listen",
            "::1",
            "--allow-host",
            "a",
            "--allow-host",
            "b:1",
            "--max-body",
            "5",
            "--log-level",
            "DEBUG");
    assertThat(options)
        .isEqualTo(
            new Options(
                Options.Request.RUN,
                0,
                "::1",
                java.util.Optional.of(Path.of("/l=1")),
                java.util.Optional.of(Path.of("/d")),
                java.util.Optional.of(Path.of("/s")),
                true,
                false,
                5,
                java.util.List.of("a", "b:1"),
                "debug"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nope",
        "--demo=1",
        "x",
        "--port",
        "--port=-1",
        "--port=65536",
        "--port=x",
        "--load=",
        "--log-level=loud",
        "--max-body=-1",
        "-p"
      })
  void whatIsWrongIsToldInOneLine(String argument) {
    StartException wrong =
        catchThrowableOfType(StartException.class, () -> Options.parse(argument));
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.getMessage()).contains("--help").doesNotContain("\n");
  }

  @Test
  void everyOptionIsInTheHelp() {
    assertThat(Options.HELP)
        .contains(
            "--port",
            "--load",
            "--data",
            "--demo",
            "--no-shell",
            "--listen",
            "--allow-host",
            "--max-body",
            "--log-level",
            "--help",
            "--version");
  }
}
