/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LostBackslashesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password = pa\\ss",
        "password: pa\\\\\\ss",
        "  password pa\\ss\\n",
        "password = p\\\n  a\\ss",
        "# a = \\a\r\n! b = \\b \\\r\n\r\npassword = \\$[env:X]\r\n",
        "password = pa\\",
        "pass\\word = pass",
      })
  void theKeyOfALostBackslashIsNamedAndNotTheValue(String text) throws IOException {
    assertThat(LostBackslashes.warning(text))
        .contains(
            "'password': a backslash that begins no escape is dropped; write \\\\ for a backslash");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a = C:\\\\temp",
        "a = \\t\\n\\r\\f\\\\\\:\\=\\#\\!\\ \\\"\\'\\u00e4",
        "a\\ b = c",
        "a = 1, \\\n  2, \\\n  3",
        "# C:\\dir",
        "a = # \\\\ no comment",
      })
  void whatMeansSomethingIsNoLoss(String text) throws IOException {
    assertThat(LostBackslashes.warning(text)).isEmpty();
  }

  @Test
  void allKeysAreNamed() throws IOException {
    assertThat(LostBackslashes.warning("a = \\a\nb = b\nc = \\c").orElseThrow())
        .startsWith("'a', 'c': ");
  }
}
