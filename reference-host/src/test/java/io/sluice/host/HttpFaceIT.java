/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP face in front of the real runtime and the mock endpoint. */
@Timeout(120)
class HttpFaceIT {

  @TempDir private static Path load;

  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = GatewayProcess.start(load);
    gateway.awaitState("mock", "UP");
    gateway.awaitState("echo", "UP");
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @Test
  void typesAndSchemas() throws Exception {
    for (String type : List.of("mock", "kafka", "rabbitmq")) {
      assertThat(gateway.json("/types").getAsJsonArray().asList())
          .map(each -> each.getAsJsonObject())
          .filteredOn(each -> each.get("type").getAsString().equals(type))
          .singleElement()
          .satisfies(
              each -> assertThat(each.get("version").getAsString()).as(type).startsWith("1."));
      assertThat(gateway.json("/types/" + type + "/schema").getAsJsonObject().has("properties"))
          .isTrue();
    }
  }

  @Test
  void aStreamEndsAfterItsLimitAndResumes() throws Exception {
    GatewayProcess.drop(load, "io.sluice.endpoint.mock~quick.cfg", "messageInterval = 0\n");
    gateway.awaitState("quick", "UP");
    List<String> first = ids(gateway.get("/endpoints/quick/messages?limit=100&clientId=a"));
    assertThat(first).hasSize(100);
    List<String> resumed =
        ids(
            gateway.send(
                gateway
                    .request("/endpoints/quick/messages?limit=2&clientId=b")
                    .header("Last-Event-ID", first.get(41))));
    assertThat(resumed).containsExactly(first.get(42), first.get(43));
  }

  @Test
  void whatIsPublishedComesBackByteForByte() throws Exception {
    List<byte[]> payloads = payloads();
    try (BufferedReader stream =
        stream("/endpoints/echo/messages?clientId=bytes&qos=AT_LEAST_ONCE")) {
      for (byte[] payload : payloads) {
        HttpResponse<String> receipt =
            gateway.send(
                gateway
                    .request("/endpoints/echo/messages")
                    .header("Sluice-Header", "kind=test")
                    .POST(BodyPublishers.ofByteArray(payload)));
        assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
        JsonObject message = next(stream);
        assertThat(payload(message)).isEqualTo(payload);
        assertThat(message.getAsJsonObject("headers").get("kind").getAsString()).isEqualTo("test");
      }
    }
  }

  @Test
  void aBodyOverTheLimitIsRefused() throws Exception {
    HttpResponse<String> response =
        gateway.send(
            gateway
                .request("/endpoints/echo/messages")
                .POST(BodyPublishers.ofByteArray(new byte[(1 << 20) + 1])));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("MESSAGE_TOO_LARGE");
  }

  @Test
  void aPageOfAnotherSiteIsRefused() throws Exception {
    HttpResponse<String> response =
        gateway.send(
            gateway
                .request("/endpoints/echo/messages")
                .header("Origin", "http://evil.example")
                .POST(BodyPublishers.ofString("x")));
    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void anExchangeIsAnswered() throws Exception {
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~web.json",
        "{\"messageCount\": 0, \"http\": {\"status\": 203, \"body\": \"hello\"}}");
    gateway.awaitState("web", "UP");
    HttpResponse<String> response = gateway.get("/proxy/web/any/path?x=1");
    assertThat(response.statusCode()).isEqualTo(203);
    assertThat(response.body()).isEqualTo("hello");
  }

  @Test
  void whatIsUnknownIsNotFound() throws Exception {
    assertThat(gateway.get("/endpoints/none").statusCode()).isEqualTo(404);
    assertThat(gateway.get("/endpoints/none/messages").statusCode()).isEqualTo(404);
    assertThat(gateway.get("/types/none/schema").statusCode()).isEqualTo(404);
  }

  private static List<byte[]> payloads() throws Exception {
    List<byte[]> payloads = new ArrayList<>();
    Random random = new Random(7);
    for (int size : new int[] {0, 1, 2, 255, 4096, 65_536, 1 << 20}) {
      byte[] binary = new byte[size];
      random.nextBytes(binary);
      payloads.add(binary);
    }
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    payloads.add(every);
    payloads.add("text with\r\nlines, \u0000 and ü \uD83D\uDE00".getBytes(StandardCharsets.UTF_8));
    payloads.add(
        Files.readAllBytes(GatewayProcess.HOME.resolve("lib/reference-host-1.0.0.jar")).clone());
    payloads.removeIf(payload -> payload.length > 1 << 20);
    return payloads;
  }

  private static BufferedReader stream(String target) throws Exception {
    HttpResponse<InputStream> response =
        gateway.client.send(
            gateway.request(target).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static JsonObject next(BufferedReader stream) throws Exception {
    String line = stream.readLine();
    while (!line.startsWith("data: ")) {
      line = stream.readLine();
    }
    return JsonParser.parseString(line.substring(6)).getAsJsonObject();
  }

  private static byte[] payload(JsonObject message) {
    return message.has("base64")
        ? Base64.getDecoder().decode(message.get("base64").getAsString())
        : message.get("text").getAsString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> ids(HttpResponse<String> response) {
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith("id: "))
        .map(line -> line.substring(4))
        .toList();
  }
}
