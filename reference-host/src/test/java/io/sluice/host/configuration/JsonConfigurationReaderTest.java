/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonConfigurationReaderTest {

  @Test
  void nestedAndDottedKeysAreTheSame() throws Exception {
    assertThat(
            read(
                "{\"a\": {\"b\": {\"c\": \"x\"}}, \"a.b.d\": \"y\", \"properties\": {\"max.poll\": 1}}"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("a.b.c", "x", "a.b.d", "y", "properties.max.poll", 1L));
  }

  @Test
  void scalarsKeepTheirKind() throws Exception {
    assertThat(
            read(
                "{\"t\": true, \"i\": -3, \"d\": 0.25, \"e\": 1e3, \"n\": null,"
                    + " \"big\": 123456789012345678901234567890, \"s\": \"9092\","
                    + " \"v\": 1.10}"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "t",
                true,
                "i",
                -3L,
                "d",
                0.25,
                "e",
                "1e3",
                "big",
                "123456789012345678901234567890",
                "s",
                "9092",
                "v",
                "1.10"));
  }

  @Test
  void arraysOfScalarsAreArrays() throws Exception {
    Map<String, Object> read =
        read("{\"s\": [\"a\", \"b\"], \"n\": [1, 2], \"b\": [true], \"m\": [1, \"x\"], \"e\": []}");
    assertThat((Object[]) read.get("s")).containsExactly("a", "b");
    assertThat((Long[]) read.get("n")).containsExactly(1L, 2L);
    assertThat((Boolean[]) read.get("b")).containsExactly(true);
    assertThat((String[]) read.get("m")).containsExactly("1", "x");
    assertThat((String[]) read.get("e")).isEmpty();
  }

  @Test
  void arraysOfObjectsAreIndexed() throws Exception {
    assertThat(read("{\"headers\": [{\"name\": \"a\", \"value\": 1}, {\"name\": \"b\"}]}"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("headers.0.name", "a", "headers.0.value", 1L, "headers.1.name", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a': 1,               | line 1, column 9: end of input",
        "{'a': 1;;'b': 2;;}     | line 2, column 2: unterminated object",
        "{'a': tru}             | line 1, column 7:",
        "{a: 1}                 | line 1, column 3: malformed JSON",
        "{'a': 1,}              | line 1, column",
        "[1]                    | line 1, column 2: a configuration is a JSON object",
        "''                     | line 1, column",
        "{'a': 1} x             | line 1, column",
        "{'a': 1, 'a': 2}       | line 1, column 16: the key 'a' is there twice",
        "{'a': {'b': 1}, 'A.B': 2} | the key 'A.B' is there twice",
        "{'a': [1, {'b': 1}]}   | mixes scalars with objects",
        "{'a': [null]}          | cannot hold null",
      })
  void whatIsMalformedIsToldWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> read(text.trim().replace('\'', '"').replace(";;", "\n")))
        .isInstanceOf(MalformedConfigurationException.class)
        .hasMessageContaining(message.trim())
        .hasMessageNotContaining("http");
  }

  @Test
  void aPidIsAFilesName() {
    assertThat(ConfigurationPid.ofFile("io.sluice.endpoint.mock~my.one.json"))
        .isEqualTo(new ConfigurationPid("io.sluice.endpoint.mock", "my.one"));
    assertThat(ConfigurationPid.ofFile("some.pid.json").toString()).isEqualTo("some.pid");
  }

  private static Map<String, Object> read(String text) throws Exception {
    Dictionary<String, Object> read = JsonConfigurationReader.read(new StringReader(text));
    Map<String, Object> map = new HashMap<>();
    Collections.list(read.keys()).forEach(key -> map.put(key, read.get(key)));
    return map;
  }
}
