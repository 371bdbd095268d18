/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageStreamTest {

  private static final String TARGET = "/endpoints/one/messages";

  private final FakeMessageEndpoint endpoint = new FakeMessageEndpoint("one");
  private Face face;

  @BeforeEach
  void start() throws Exception {
    face = new Face(endpoint);
  }

  @AfterEach
  void stop() {
    face.close();
    endpoint.close();
  }

  @Test
  void endsAfterTheLimitWithEveryMessageAcked() throws Exception {
    HttpResponse<String> response = face.get(TARGET + "?limit=3");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    assertThat(response.body()).isEqualTo(event("0") + event("1") + event("2"));
    assertThat(endpoint.delivered).hasValue(3);
    assertThat(endpoint.acked).hasValue(3);
    assertThat(endpoint.cancelled).hasValue(1);
    await().until(() -> face.server.openStreams() == 0);
  }

  @Test
  void payloadsAndHeadersKeepTheirBytes() throws Exception {
    byte[] binary = {(byte) 0xff, 0, 1};
    List<Message> messages =
        List.of(
            Message.of("line\nbreak \"ü\""),
            Message.of(binary),
            Message.of((byte[]) null),
            Message.builder()
                .text("")
                .headers(
                    Headers.builder()
                        .add("a", "1")
                        .add("b", binary)
                        .add("a", "text".getBytes())
                        .add("n", 7L)
                        .build())
                .attribute("kafka.partition", 3)
                .build());
    endpoint.messages = index -> messages.get((int) index);
    endpoint.count = messages.size();
    endpoint.completes = true;
    List<JsonObject> data =
        face.get(TARGET)
            .body()
            .lines()
            .filter(line -> line.startsWith("data: "))
            .map(line -> JsonParser.parseString(line.substring(6)).getAsJsonObject())
            .toList();
    assertThat(data.get(0).get("text").getAsString()).isEqualTo("line\nbreak \"ü\"");
    assertThat(data.get(1).get("base64").getAsString()).isEqualTo("/wAB");
    assertThat(data.get(2).get("text").isJsonNull()).isTrue();
    assertThat(data.get(3).getAsJsonObject("headers").toString())
        .isEqualTo("{\"a\":[\"1\",\"text\"],\"b\":{\"base64\":\"/wAB\"},\"n\":7}");
    assertThat(data.get(3).getAsJsonObject("attributes").toString())
        .isEqualTo("{\"kafka.partition\":3}");
  }

  @ParameterizedTest
  @CsvSource({
    ", AT_LEAST_ONCE",
    "AUTO, AT_LEAST_ONCE",
    "at_least_once, AT_LEAST_ONCE",
    "at-most-once, AT_MOST_ONCE",
    "NONE, NONE"
  })
  void qosSaysWhenMessagesAreSettled(String asked, Qos consumed) throws Exception {
    face.get(TARGET + "?limit=1" + (asked == null ? "" : "&qos=" + asked));
    assertThat(endpoint.requests.get(0).qos()).isEqualTo(consumed);
  }

  @Test
  void clientIdAndLastEventIdArePassedOn() throws Exception {
    face.send(face.request(TARGET + "?limit=1&clientId=a%20b").header("Last-Event-ID", "41"));
    assertThat(endpoint.requests.get(0).clientId()).contains("a b");
    assertThat(endpoint.requests.get(0).resumeAfter()).contains("41");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qos=SOMETIMES",
        "limit=0",
        "limit=-1",
        "limit=x",
        "clientId=",
        "clientId=%00",
        "qoz=AUTO",
        "limit=%zz"
      })
  void badParametersAreRefused(String query) throws Exception {
    try (RawClient client = face.raw()) {
      client.request("GET " + TARGET + "?" + query, "Connection: close");
      assertThat(client.head()).startsWith("HTTP/1.1 400");
    }
    assertThat(endpoint.requests).isEmpty();
  }

  @Test
  void aRefusalBeforeTheFirstMessageIsAStatus() throws Exception {
    endpoint.refusal = new EndpointException(ErrorCode.MODE_DISABLED, "no consumer");
    HttpResponse<String> response = face.get(TARGET);
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(StatusTest.error(response).get("code").getAsString()).isEqualTo("MODE_DISABLED");
    await().until(() -> face.server.openStreams() == 0);
  }

  @Test
  void aFailureInMidStreamIsAnEventAndTheEnd() throws Exception {
    endpoint.count = 1;
    endpoint.failure = new EndpointException(ErrorCode.CONNECTION_LOST, "gone");
    assertThat(face.get(TARGET).body())
        .isEqualTo(
            event("0")
                + "event: error\ndata: {\"error\":{\"code\":\"CONNECTION_LOST\",\"message\":\"gone\"}}\n\n");
  }

  @Test
  void aStreamWithoutMessagesOpensAtOnceAndBeats() throws Exception {
    endpoint.count = 0;
    try (Face quick = new Face(Duration.ofMillis(50), endpoint);
        RawClient client = quick.raw()) {
      client.request("GET " + TARGET);
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(client.line()).isEqualTo("3");
      assertThat(client.line()).isEqualTo(":");
    }
  }

  @Test
  void aReaderThatStopsStopsTheEndpoint() throws Exception {
    endpoint.messages = index -> Message.of("x".repeat(1000));
    try (RawClient client = face.raw()) {
      client.request("GET " + TARGET);
      await().until(() -> endpoint.delivered.get() > 100);
      await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(this::standsStill);
      long unacked = endpoint.delivered.get() - endpoint.acked.get();
      assertThat(unacked).isLessThanOrEqualTo(256);
      long before = endpoint.delivered.get();
      client.in.readNBytes(8 << 20);
      await().until(() -> endpoint.delivered.get() > before + 1000);
    }
  }

  @Test
  void largeMessagesAreAskedForOneByOne() throws Exception {
    endpoint.messages = index -> Message.of("x".repeat(1 << 20));
    try (RawClient client = face.raw()) {
      client.request("GET " + TARGET);
      client.in.readNBytes(64 << 20);
      await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(this::standsStill);
      assertThat(endpoint.delivered.get() - endpoint.acked.get()).isLessThanOrEqualTo(2);
    }
  }

  private long lastDelivered = -1;

  private boolean standsStill() {
    long now = endpoint.delivered.get();
    boolean still = now == lastDelivered;
    lastDelivered = now;
    return still;
  }

  @Test
  void aClientThatGoesIsNoticedWithoutAWrite() throws Exception {
    endpoint.count = 1;
    try (RawClient client = face.raw()) {
      client.request("GET " + TARGET);
      client.head();
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> endpoint.cancelled.get() == 1);
    await().until(() -> face.server.openStreams() == 0);
  }

  @Test
  void theConnectionServesOnAfterALimitedStream() throws Exception {
    try (RawClient client = face.raw()) {
      client
          .request("GET " + TARGET + "?limit=1")
          .request("GET /endpoints/one", "Connection: close");
      String all = client.rest();
      assertThat(all).contains("id: 0").contains("\"name\": \"one\"").doesNotContain("HTTP/1.1 4");
    }
  }

  @Test
  void aPipelinedRequestIsServedAfterTheStream() throws Exception {
    endpoint.count = 1;
    try (RawClient client = face.raw()) {
      client.request("GET " + TARGET + "?limit=2");
      client.head();
      await().until(() -> endpoint.acked.get() == 1);
      client.request("GET /endpoints/one", "Connection: close");
      await().during(Duration.ofMillis(200)).until(() -> endpoint.cancelled.get() == 0);
      endpoint.release(2);
      assertThat(client.rest()).contains("id: 1", "\r\n0\r\n\r\n", "\"name\": \"one\"");
    }
  }

  @Test
  void stoppingEndsStreamsCleanly() throws Exception {
    endpoint.count = 5;
    try (RawClient client = face.raw()) {
      client.request("GET " + TARGET);
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      await().until(() -> endpoint.acked.get() == 5);
      face.server.close();
      assertThat(client.rest()).endsWith("\r\n0\r\n\r\n");
    }
    assertThat(endpoint.cancelled).hasValue(1);
  }

  @Test
  void manyMessagesASecond() throws Exception {
    long start = System.nanoTime();
    String body = face.get(TARGET + "?limit=50000").body();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("SSE: %.0f messages/s%n", 50_000 / seconds);
    assertThat(body.lines().filter(line -> line.startsWith("id: "))).hasSize(50_000);
    assertThat(endpoint.acked).hasValue(50_000);
    assertThat(50_000 / seconds).isGreaterThan(5_000);
  }

  private static String event(String id) {
    return "id: "
        + id
        + "\nevent: message\ndata: {\"id\":\""
        + id
        + "\",\"headers\":{\"index\":"
        + id
        + "},\"attributes\":{},\"text\":\"message "
        + id
        + "\"}\n\n";
  }
}
