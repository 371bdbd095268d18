/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossSiteTest {

  private static Face face;

  @BeforeAll
  static void start() throws IOException {
    face = new Face(new FakeMessageEndpoint("one"));
  }

  @AfterAll
  static void stop() {
    face.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:PORT",
        "localhost:PORT",
        "LOCALHOST:PORT",
        "[::1]:PORT",
        "127.0.0.2:PORT",
        "gateway.example",
        "gateway.example:444"
      })
  void ownHostsAreServed(String host) throws IOException {
    assertThat(head(host)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1.evil.example:PORT",
        "localhost:1",
        "localhost",
        "10.1.2.3:PORT",
        "localhost.:PORT"
      })
  void otherHostsAreRefused(String host) throws IOException {
    assertThat(head(host)).startsWith("HTTP/1.1 403");
  }

  @Test
  void ownOriginIsServed() throws IOException {
    assertThat(head("localhost:PORT", "Origin: http://localhost:PORT")).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://localhost:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void pagesOfOtherSitesAreRefused(String field) throws IOException {
    assertThat(head("localhost:PORT", field)).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"})
  void ownPagesAreServed(String field) throws IOException {
    assertThat(head("localhost:PORT", field)).startsWith("HTTP/1.1 200");
  }

  private static String head(String host, String... fields) throws IOException {
    try (RawClient client = face.raw()) {
      String head = "GET /endpoints HTTP/1.1\nConnection: close\nHost: " + host + "\n";
      for (String field : fields) {
        head += field + "\n";
      }
      client.send((head + "\n").replace("PORT", Integer.toString(face.server.port())));
      return client.head();
    }
  }
}
