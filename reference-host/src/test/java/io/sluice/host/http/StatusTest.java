/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusTest {

  private Face face;

  @BeforeEach
  void start() throws Exception {
    face = new Face(new FakeMessageEndpoint("one"));
  }

  @AfterEach
  void stop() {
    face.close();
  }

  @Test
  void listsEndpoints() throws Exception {
    JsonArray endpoints = JsonParser.parseString(face.get("/endpoints").body()).getAsJsonArray();
    assertThat(endpoints)
        .extracting(e -> e.getAsJsonObject().get("name").getAsString())
        .containsExactly("one", "broken");
  }

  @Test
  void showsAnEndpoint() throws Exception {
    JsonObject endpoint = object("/endpoints/one");
    assertThat(endpoint.get("type").getAsString()).isEqualTo("fake");
    assertThat(endpoint.get("version").getAsString()).isEqualTo("1.1.0");
    assertThat(endpoint.get("state").getAsString()).isEqualTo("UP");
    assertThat(endpoint.get("reason").getAsString()).isEmpty();
    assertThat(endpoint.getAsJsonObject("details").toString())
        .isEqualTo("{\"assigned\":[\"orders-0\"]}");
    assertThat(endpoint.getAsJsonObject("counters").get("in").getAsLong()).isZero();
    assertThat(endpoint.getAsJsonObject("counters").get("skipped").getAsLong()).isEqualTo(7);
    assertThat(endpoint.getAsJsonObject("configuration").get("password").getAsString())
        .isEqualTo("***");
    assertThat(endpoint.getAsJsonObject("configuration").get("list").toString())
        .isEqualTo("[1,\"two\"]");
  }

  @Test
  void showsViolations() throws Exception {
    JsonObject endpoint = object("/endpoints/broken");
    assertThat(endpoint.get("version").isJsonNull()).isTrue();
    assertThat(endpoint.getAsJsonObject("details").size()).isZero();
    assertThat(endpoint.getAsJsonArray("violations").toString())
        .isEqualTo("[{\"pointer\":\"/size\",\"key\":\"size\",\"message\":\"must be a number\"}]");
  }

  @Test
  void listsTypesOneEntryAVersionAndTheNewestSchema() throws Exception {
    JsonArray types = JsonParser.parseString(face.get("/types").body()).getAsJsonArray();
    assertThat(types).hasSize(2);
    JsonObject newest = types.get(1).getAsJsonObject();
    assertThat(newest.get("type").getAsString()).isEqualTo("fake");
    assertThat(newest.get("version").getAsString()).isEqualTo("1.1.0");
    assertThat(newest.get("modes").toString()).isEqualTo("[\"CONSUME\",\"PUBLISH\"]");
    assertThat(object("/types/fake/schema").get("version").getAsString()).isEqualTo("1.1.0");
    assertThat(face.get("/pipes").body().trim()).isEqualTo("[]");
  }

  @Test
  void whatIsUnknownIsNotFound() throws Exception {
    for (String target :
        new String[] {
          "/nothing",
          "/endpoints/none",
          "/endpoints/one/more",
          "/types/none/schema",
          "/types/fake",
          "/proxy/",
          "/proxy/none/x",
          "/endpoints/none/messages"
        }) {
      HttpResponse<String> response = face.get(target);
      assertThat(response.statusCode()).as(target).isEqualTo(404);
      assertThat(error(response).get("code").getAsString()).isEqualTo("NOT_FOUND");
    }
  }

  @Test
  void otherMethodsAreRefusedWithThoseThatAreThere() throws Exception {
    HttpResponse<String> list = face.send(face.request("/endpoints").DELETE());
    assertThat(list.statusCode()).isEqualTo(405);
    assertThat(list.headers().firstValue("Allow")).contains("GET, HEAD");
    HttpResponse<String> messages =
        face.send(
            face.request("/endpoints/one/messages").PUT(HttpRequest.BodyPublishers.ofString("x")));
    assertThat(messages.statusCode()).isEqualTo(405);
    assertThat(messages.headers().firstValue("Allow")).contains("GET, POST");
  }

  @Test
  void rootExplainsItself() throws Exception {
    assertThat(face.get("/").body())
        .contains("/endpoints/{name}/messages", "Sluice-Tombstone: true");
  }

  @Test
  void aMalformedRequestIsAnsweredAsJson() throws Exception {
    try (RawClient client = face.raw()) {
      client.send("GET /endpoints HTTP/1.1\nHost: a b c\nHost: two\n\n");
      assertThat(client.head()).startsWith("HTTP/1.1 400").contains("application/json");
      assertThat(client.rest()).contains("REQUEST_INVALID");
    }
  }

  @Test
  void headHasNoBody() throws Exception {
    try (RawClient client = face.raw()) {
      client.request("HEAD /endpoints", "Connection: close");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(client.rest()).isEmpty();
    }
  }

  private JsonObject object(String target) throws Exception {
    return JsonParser.parseString(face.get(target).body()).getAsJsonObject();
  }

  static JsonObject error(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject().getAsJsonObject("error");
  }
}
