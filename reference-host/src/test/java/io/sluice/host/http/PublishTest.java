/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishTest {

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
  void bodyHeadersAndAttributesAreTheMessage() throws Exception {
    byte[] body = new byte[20_000];
    new Random(1).nextBytes(body);
    HttpResponse<String> response =
        face.send(
            face.request(TARGET)
                .header("Sluice-Header", "a=1")
                .header("Sluice-Header", "b=x=y")
                .header("Sluice-Header", "a=2")
                .header("sluice-attribute-kafka.KEY", "k")
                .header("SLUICE-ATTRIBUTE-RABBITMQ.ROUTINGKEY", "r")
                .header("Sluice-Attribute-acme.someThing", "s")
                .POST(BodyPublishers.ofByteArray(body)));
    assertThat(response.statusCode()).isEqualTo(200);
    Message message = endpoint.published.get(0);
    assertThat(message.payload()).isEqualTo(body);
    assertThat(message.headers().all("a")).containsExactly("1", "2");
    assertThat(message.headers().all("b")).containsExactly("x=y");
    assertThat(message.attributes().asMap())
        .containsEntry("kafka.key", "k")
        .containsEntry("rabbitmq.routingKey", "r")
        .containsEntry("acme.someThing", "s");
    JsonObject receipt = JsonParser.parseString(response.body()).getAsJsonObject();
    assertThat(receipt.get("outcome").getAsString()).isEqualTo("confirmed");
    assertThat(receipt.getAsJsonObject("attributes").get("kafka.key").getAsString()).isEqualTo("k");
  }

  @Test
  void headerValuesAreUtf8() throws Exception {
    try (RawClient client = face.raw()) {
      client.request(
          "POST " + TARGET, "Sluice-Header: city=Z\u00c3\u00bcrich", "Content-Length: 0");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
    assertThat(endpoint.published.get(0).headers().text("city")).contains("Zürich");
  }

  @Test
  void anEmptyBodyIsAnEmptyMessage() throws Exception {
    assertThat(face.send(face.request(TARGET).POST(BodyPublishers.noBody())).statusCode())
        .isEqualTo(200);
    assertThat(endpoint.published.get(0).payload()).isEmpty();
  }

  @Test
  void aBodyOfKnownLengthOverTheLimitIsRefusedUnread() throws Exception {
    try (RawClient client = face.raw()) {
      client.request("POST " + TARGET, "Content-Length: 100000000", "Expect: 100-continue");
      assertThat(client.head()).startsWith("HTTP/1.1 413");
    }
    assertThat(endpoint.published).isEmpty();
  }

  @Test
  void aClientThatSendsTooMuchStillGetsTheAnswer() throws Exception {
    HttpResponse<String> known =
        face.send(face.request(TARGET).POST(BodyPublishers.ofByteArray(new byte[8 << 20])));
    assertThat(known.statusCode()).isEqualTo(413);
    HttpResponse<String> chunked =
        face.send(
            face.request(TARGET)
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[8 << 20]))));
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(StatusTest.error(chunked).get("code").getAsString()).isEqualTo("MESSAGE_TOO_LARGE");
    assertThat(endpoint.published).isEmpty();
  }

  @Test
  void theLimitItselfIsTaken() throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET).POST(BodyPublishers.ofByteArray(new byte[(int) Face.MAX_BODY])));
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLOADED, 503", "UNAVAILABLE, 503", "CONNECTION_REFUSED, 502", "TIMEOUT, 504",
    "MODE_DISABLED, 409", "MESSAGE_TOO_LARGE, 413", "REQUEST_INVALID, 400", "INTERNAL, 500",
    "TOPIC_UNKNOWN, 502", "NOT_AUTHORIZED, 502", "REJECTED, 502", "fake.SPECIAL, 502"
  })
  void aRejectedMessageIsAnErrorWithItsCode(String code, int status) throws Exception {
    endpoint.receipts =
        message ->
            Receipt.rejected(message, EndpointException.retryable(ErrorCode.of(code), "because"));
    HttpResponse<String> response =
        face.send(face.request(TARGET).POST(BodyPublishers.ofString("x")));
    assertThat(response.statusCode()).isEqualTo(status);
    JsonObject error = StatusTest.error(response);
    assertThat(error.get("code").getAsString()).isEqualTo(code);
    assertThat(error.get("message").getAsString()).isEqualTo("because");
    assertThat(error.get("retryable").getAsBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "TOPIC_UNKNOWN, 404", "UNROUTABLE, 422", "MESSAGE_TOO_LARGE, 413", "MESSAGE_INVALID, 400",
    "REQUEST_INVALID, 400", "REJECTED, 422", "NOT_AUTHORIZED, 422", "TIMEOUT, 422",
    "INTERNAL, 422", "fake.SPECIAL, 422"
  })
  void anErrorOfTheMessageIsTheClients(String code, int status) throws Exception {
    endpoint.receipts =
        message ->
            Receipt.rejected(
                message, EndpointException.ofMessage(ErrorCode.of(code), "because", null));
    HttpResponse<String> response =
        face.send(face.request(TARGET).POST(BodyPublishers.ofString("x")));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(StatusTest.error(response).get("code").getAsString()).isEqualTo(code);
    assertThat(StatusTest.error(response).has("retryable")).isFalse();
  }

  @Test
  void aMessageWithoutDestinationIsTheClientsByItsCode() throws Exception {
    endpoint.receipts =
        message ->
            Receipt.rejected(
                message,
                EndpointException.builder(ErrorCode.UNROUTABLE, "no queue")
                    .backendCode("312")
                    .build());
    HttpResponse<String> response =
        face.send(face.request(TARGET).POST(BodyPublishers.ofString("x")));
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(StatusTest.error(response).get("backendCode").getAsString()).isEqualTo("312");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE"})
  void aTombstoneHasNoPayload(String value) throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET)
                .header("Sluice-Tombstone", value)
                .header("Sluice-Attribute-kafka.key", "42")
                .POST(BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    Message message = endpoint.published.get(0);
    assertThat(message.payload()).isNull();
    assertThat(message.attributes().asMap()).containsEntry("kafka.key", "42");
  }

  @Test
  void aTombstoneNeedsNoLengthOfItsBody() throws Exception {
    try (RawClient client = face.raw()) {
      client.request("POST " + TARGET, "sluice-tombstone: true");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
    assertThat(endpoint.published.get(0).payload()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "False"})
  void whatIsNoTombstoneHasItsBody(String value) throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET)
                .header("Sluice-Tombstone", value)
                .POST(BodyPublishers.ofString("x")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(endpoint.published.get(0).text()).isEqualTo("x");
  }

  @Test
  void aTombstoneWithABodyIsRefused() throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET)
                .header("Sluice-Tombstone", "true")
                .POST(BodyPublishers.ofString("four")));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(StatusTest.error(response).get("message").getAsString())
        .contains("Sluice-Tombstone", "4 bytes");
    assertThat(endpoint.published).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "", "true, false"})
  void aTombstoneIsTrueOrFalse(String value) throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET).header("Sluice-Tombstone", value).POST(BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(StatusTest.error(response).get("message").getAsString())
        .contains("Sluice-Tombstone", "'" + value + "'");
    assertThat(endpoint.published).isEmpty();
  }

  @Test
  void aTombstoneIsSaidOnce() throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET)
                .header("Sluice-Tombstone", "false")
                .header("Sluice-Tombstone", "true")
                .POST(BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(endpoint.published).isEmpty();
  }

  @Test
  void aMalformedHeaderIsRefused() throws Exception {
    HttpResponse<String> response =
        face.send(
            face.request(TARGET).header("Sluice-Header", "novalue").POST(BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(endpoint.published).isEmpty();
  }

  @Test
  void anUnusableEndpointIsUnavailable() throws Exception {
    HttpResponse<String> response =
        face.send(face.request("/endpoints/broken/messages").POST(BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(StatusTest.error(response).get("message").getAsString())
        .contains("INVALID", "1 violation");
  }

  @Test
  void aModeThatTheEndpointLacksIsDisabled() throws Exception {
    HttpResponse<String> response = face.get("/proxy/one/");
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(StatusTest.error(response).get("code").getAsString()).isEqualTo("MODE_DISABLED");
  }
}
