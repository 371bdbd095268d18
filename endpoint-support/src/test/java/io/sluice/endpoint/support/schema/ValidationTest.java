/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.FOR_TEXT;
import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.map;
import static io.sluice.endpoint.support.schema.BrokerSchema.schema;
import static io.sluice.endpoint.support.schema.BrokerSchema.valid;
import static io.sluice.endpoint.support.schema.BrokerSchema.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {

  @Test
  void aConfigurationWithoutMistakesHasNoViolations() {
    assertThat(violations(valid())).isEmpty();
    assertThat(
            violations(
                valid(
                    "security.ssl.enabled", "true",
                    "security.ssl.trustStore.type", "PKCS12",
                    "security.ssl.trustStore.location", "/etc/trust.p12",
                    "security.ssl.trustStore.password", "changeit",
                    "consumer.enabled", "true",
                    "consumer.topicPattern", "a.*",
                    "consumer.failureStrategy", "dead-letter",
                    "consumer.deadLetter.topic", "dead",
                    "transport.kind", "websocket",
                    "transport.path", "/mqtt",
                    "callback", "https://example.org/x")))
        .isEmpty();
  }

  @Test
  void allMistakesAreNamedAtOnceSortedByPointer() {
    assertThat(
            violations(
                map(
                    "serverPort", "99999",
                    "mesageInterval", "1",
                    "declare", "creat",
                    "headers", "[{\"value\": \"x\"}]",
                    "producer.enabled", "yes",
                    "security", "{oops",
                    "clientId", "$[env:ID]",
                    "ports.0", "1",
                    "ports", "2")))
        .containsExactly(
            "/clientId: unresolved placeholder $[env:ID]" + FOR_TEXT,
            "/declare: must be one of create, passive, none, is 'creat'",
            "/headers/0/name: is required",
            "/mesageInterval: unknown key",
            "/ports: is given twice, as 'ports' and as 'ports.0'",
            "/producer/enabled: must be true or false, is 'yes'",
            "/security: is not valid JSON (line 1 column 3)",
            "/serverHost: is required",
            "/serverPort: must be between 0 and 65535, is 99999");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serverPort | -1          | must be between 0 and 65535, is -1",
        "serverPort | 1.5         | must be a whole number between 0 and 65535, is '1.5'",
        "serverHost | ''          | must not be empty, is empty",
        "ratio      | 0           | must be more than 0 and at most 1, is 0",
        "ratio      | 1.5         | must be more than 0 and at most 1, is 1.5",
        "attempts   | -2          | must be at least -1, is -2",
        "declare    | Create      | must be one of create, passive, none, is 'Create'",
        "callback   | example.org | must be an absolute URL, is 'example.org'",
        "consumer.topicPattern | (  | must be a regular expression, is '('",
      })
  void messagesSayWhatIsExpectedAndWhatIsThere(String key, String value, String message) {
    String pointer = "/" + key.replace('.', '/');
    assertThat(violations(valid(key, value))).containsExactly(pointer + ": " + message);
  }

  @Test
  void listsAndObjectsAreToldApart() {
    assertThat(violations(valid("headers", "x"))).containsExactly("/headers: must be a list");
    assertThat(violations(valid("security", List.of(1))))
        .containsExactly("/security: must be an object, is a list");
    assertThat(violations(valid("clientId", map("a", 1))))
        .containsExactly("/clientId: must be text, is an object");
    assertThat(violations(valid("producer.topics", "")))
        .containsExactly("/producer/topics: must have at least 1 entry");
    assertThat(violations(valid("ports", "1,1")))
        .containsExactly("/ports: must not repeat an entry");
    assertThat(violations(valid("addresses", "a:1,b")))
        .containsExactly("/addresses/1: must be host:port, is 'b'");
    assertThat(violations(valid("ports", "[1, null]")))
        .containsExactly("/ports/1: must be a whole number at least 1, is null");
  }

  @Test
  void textIsBoundInBytes() {
    EndpointSchema bound =
        schema("{'type': 'object', 'properties': {'key': {'type': 'string', 'maxBytes': 4}}}");

    assertThat(violations(bound, map("key", "\u00e9\u00e9"))).isEmpty();
    assertThat(violations(bound, map("key", "\u00e9\u00e9x")))
        .containsExactly("/key: must have at most 4 bytes in UTF-8, is '\u00e9\u00e9x'");
  }

  @Test
  void longValuesAreCut() {
    assertThat(violations(valid("declare", "x".repeat(1000))))
        .singleElement()
        .asString()
        .hasSizeLessThan(200)
        .endsWith("x…'");
  }

  @Test
  void aRoleThatIsOffRequiresNothing() {
    assertThat(violations(valid("consumer.enabled", "false"))).isEmpty();
    assertThat(violations(valid("consumer.enabled", "true")))
        .containsExactly(
            "/consumer: needs consumer.topics or consumer.topicPattern when consumer.enabled is true");
    assertThat(
            violations(
                valid(
                    "consumer.enabled",
                    "true",
                    "consumer.topics",
                    "a",
                    "consumer.topicPattern",
                    "b")))
        .containsExactly(
            "/consumer: takes only one of consumer.topics or consumer.topicPattern"
                + " when consumer.enabled is true");
  }

  @Test
  void oneRoleAtLeastMustBeOn() {
    assertThat(violations(map("serverHost", "h")))
        .containsExactly(
            "/: needs at least one of these: producer.enabled is true; consumer.enabled is true");
    assertThat(violations(map("serverHost", "h", "producer.enabled", "true")))
        .containsExactly("/producer/topics: is required when producer.enabled is true");
  }

  @Test
  void aWrongSwitchIsNotToldTwice() {
    assertThat(violations(map("serverHost", "h", "producer.enabled", "on")))
        .containsExactly("/producer/enabled: must be true or false, is 'on'");
    assertThat(violations(map("serverHost", "h", "producer.enabled", "$[env:P]")))
        .containsExactly("/producer/enabled: unresolved placeholder $[env:P]" + FOR_TEXT);
  }

  @Test
  void conditionsAreNamedWithTheWholeKey() {
    assertThat(violations(valid("security.ssl.trustStore.type", "PKCS12")))
        .containsExactly(
            "/security/ssl/trustStore: needs security.ssl.trustStore.location or"
                + " security.ssl.trustStore.certificates"
                + " when security.ssl.trustStore.type is not NONE",
            "/security/ssl/trustStore/password: is required"
                + " when security.ssl.trustStore.type is JKS or PKCS12");
    assertThat(violations(valid("security.ssl.keyStore.location", "x")))
        .containsExactly(
            "/security/ssl/keyStore/location: is not allowed"
                + " when security.ssl.keyStore.type is NONE");
    assertThat(violations(valid("security.ssl.keyStore.type", "PEMM")))
        .containsExactly(
            "/security/ssl/keyStore/type: must be one of NONE, PEM, JKS, PKCS12, is 'PEMM'");
    assertThat(violations(valid("security.auth.username", "bob")))
        .containsExactly("/security/auth/password: is required when security.auth.username is set");
    assertThat(violations(valid("consumer.failureStrategy", "dead-letter")))
        .containsExactly("/consumer/deadLetter/topic: is required");
  }

  @Test
  void ofAChoiceOnlyTheBranchThatWasMeantIsTold() {
    assertThat(violations(valid("transport.kind", "websocket", "transport.path", "x")))
        .containsExactly(
            "/transport/path: must match the pattern ^/ when transport.kind is websocket, is 'x'");
    assertThat(violations(valid("transport.kind", "websocket")))
        .containsExactly("/transport/path: is required when transport.kind is websocket");
    assertThat(violations(valid("transport.kind", "udp", "transport.path", "/x")))
        .containsExactly("/transport/kind: must be one of tcp, websocket, is 'udp'");
    assertThat(violations(valid("transport", "{}")))
        .containsExactly("/transport/kind: is required");
  }

  @Test
  void aChoiceOfTypesIsOneMessage() {
    EndpointSchema either =
        schema(
            "{'type': 'object', 'properties': {'x': {'oneOf': [{'type': 'integer'},"
                + " {'type': 'array', 'items': {'type': 'integer'}}]}}}");

    assertThat(violations(either, map("x", "5"))).isEmpty();
    assertThat(violations(either, map("x", "5,6"))).isEmpty();
    assertThat(violations(either, map("x", map("a", 1))))
        .containsExactly("/x: must be a whole number or a list, is an object");
    assertThat(violations(either, map("x", List.of("a"))))
        .containsExactly("/x/0: must be a whole number, is 'a'");
  }

  @Test
  void nestedConditionsAreJoined() {
    EndpointSchema nested =
        schema(
            "{'type': 'object', 'properties': {'a': {'type': 'boolean'}, 'b': {'type': 'string'},"
                + " 'c': {'type': 'string'}, 'd': {'type': 'string'}},"
                + " 'if': {'properties': {'a': {'const': true}}, 'required': ['a']},"
                + " 'then': {'if': {'required': ['b']}, 'then': {'required': ['c']}},"
                + " 'else': {'required': ['d']}}");

    assertThat(violations(nested, map("a", true, "b", "x")))
        .containsExactly("/c: is required when a is true and b is set");
    assertThat(violations(nested, map("a", false)))
        .containsExactly("/d: is required unless a is true");
    assertThat(violations(nested, map("a", true))).isEmpty();
  }

  @Test
  void demandsInListEntriesNameTheEntry() {
    EndpointSchema list =
        schema(
            "{'type': 'object', 'properties': {'l': {'type': 'array', 'items': {'type': 'object',"
                + " 'properties': {'k': {'enum': ['x', 'y'], 'default': 'x'}, 'v': {'type': 'integer'}},"
                + " 'if': {'properties': {'k': {'const': 'y'}}}, 'then': {'required': ['v']}}}}}");

    assertThat(violations(list, map("l.0.k", "x", "l.1.k", "y")))
        .containsExactly("/l/1/v: is required when l.*.k is y");
  }

  @Test
  void authorsMayWordADemandThemselves() {
    EndpointSchema worded =
        schema(
            "{'type': 'object', 'properties': {'p': {'type': 'string', 'pattern': '^a', 'minLength': 1,"
                + " 'errorMessage': 'must begin with a'}, 'q': {'type': 'string', 'not': {'const': 'z'},"
                + " 'errorMessage': 'must be another letter'}},"
                + " 'anyOf': [{'required': ['p']}, {'required': ['q']}], 'errorMessage': 'give p or q'}");

    assertThat(violations(worded, map("p", "b"))).containsExactly("/p: must begin with a, is 'b'");
    assertThat(violations(worded, map("q", "z")))
        .containsExactly("/q: must be another letter, is 'z'");
    assertThat(violations(worded, map())).containsExactly("/: give p or q");
  }

  @Test
  void validateSpeaksOfTreesThatWereNotResolvedToo() {
    assertThat(SCHEMA.validate(map("serverHost", "h", "serverPort", "1883", "nope", 1)))
        .extracting(Violation::toString)
        .containsExactly(
            "/: needs at least one of these: producer.enabled is true; consumer.enabled is true",
            "/nope: unknown key",
            "/serverPort: must be a whole number between 0 and 65535, is '1883'");
  }

  @Test
  void whatAResolutionExplainsIsNotToldAgain() {
    Map<String, Object> group = valid("serverPort", "$[env:PORT]");
    group.remove("serverHost");
    Resolution shared = SCHEMA.resolve(group);
    Resolution own = SCHEMA.resolve(map("serverHst", "h", "ratio", "5"));
    Map<String, Object> merged = SCHEMA.merge(shared.tree(), own.tree());

    assertThat(SCHEMA.validate(merged, shared, own))
        .extracting(Violation::toString)
        .containsExactly("/ratio: must be more than 0 and at most 1, is 5");
    assertThat(SCHEMA.validate(merged)).hasSize(3);
  }

  @Test
  void aMisspeltKeyDoesNotHideMistakesOfTheRealOne() {
    assertThat(violations(valid("serverPotr", "1", "serverPort", "-1")))
        .containsExactly(
            "/serverPort: must be between 0 and 65535, is -1",
            "/serverPotr: unknown key; did you mean 'serverPort'?");
  }

  @Test
  void aViolationCarriesPointerAndDottedKey() {
    Violation violation =
        SCHEMA.validate(map("serverHost", "h", "headers", List.of(map("name", "")))).get(1);

    assertThat(violation.pointer()).isEqualTo("/headers/0/name");
    assertThat(violation.key()).isEqualTo("headers.0.name");
  }

  @Test
  void keysWithSlashesAreEscapedInPointers() {
    assertThat(SCHEMA.resolve(Map.of("a/b~c", 1)).violations())
        .singleElement()
        .extracting(Violation::pointer, Violation::key)
        .containsExactly("/a~1b~0c", "a/b~c");
  }
}
