/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestKeyTest {

  private static final List<String> KNOWN =
      List.of("messageInterval", "messageCount", "echo", "qos", "http.status", "http.body");

  @ParameterizedTest
  @CsvSource({
    "mesageInterval,messageInterval",
    "messageinterval,messageInterval",
    "messagesCount,messageCount",
    "ehco,echo",
    "http.staus,http.status",
    "status,http.status",
    "QOS,qos"
  })
  void theNearestKeyIsFound(String unknown, String meant) {
    assertThat(NearestKey.of(unknown, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"interval", "x", "''", "http", "somethingElse"})
  void whatIsFarFromEverythingIsNotGuessedAt(String unknown) {
    assertThat(NearestKey.of(unknown, KNOWN)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"abc,abc,0", "abc,acb,1", "abc,ab,1", "abc,xabc,1", "abc,xyz,3", "'',abc,3"})
  void editsAreCounted(String a, String b, int edits) {
    assertThat(NearestKey.distance(a, b)).isEqualTo(edits);
    assertThat(NearestKey.distance(b, a)).isEqualTo(edits);
  }

  @Test
  void nothingIsNearToNothing() {
    assertThat(NearestKey.of("a", List.of())).isEmpty();
  }
}
