/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.FOR_TEXT;
import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.map;
import static io.sluice.endpoint.support.schema.BrokerSchema.resolved;
import static io.sluice.endpoint.support.schema.BrokerSchema.schema;
import static io.sluice.endpoint.support.schema.BrokerSchema.valid;
import static io.sluice.endpoint.support.schema.BrokerSchema.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolutionTest {

  @Test
  void flatNestedAndMixedKeysGiveTheSameTree() {
    Map<String, Object> flat =
        map(
            "serverHost", "h",
            "security.ssl.enabled", "true",
            "security.ssl.trustStore.type", "PEM",
            "security.auth.username", "bob");
    Map<String, Object> mixed =
        map(
            "serverHost", "h",
            "security", map("ssl.enabled", true, "ssl", map("trustStore", map("type", "PEM"))),
            "security.auth", map("username", "bob"));
    Map<String, Object> tree =
        map(
            "serverHost",
            "h",
            "security",
            map(
                "ssl", map("enabled", true, "trustStore", map("type", "PEM")),
                "auth", map("username", "bob")));

    assertThat(resolved(flat)).isEqualTo(tree);
    assertThat(resolved(mixed)).isEqualTo(tree);
    assertThat(SCHEMA.resolve(mixed).violations()).isEmpty();
    assertThat(resolved(tree)).isEqualTo(tree);
  }

  @Test
  void belowAFreeFormMapTheRestOfTheKeyIsVerbatim() {
    assertThat(
            resolved(
                map(
                    "properties.max.poll.records",
                    500,
                    "properties.a",
                    "1,2",
                    "arguments.x-queue.type",
                    map("deep.er", List.of(1, "[2]")))))
        .isEqualTo(
            map(
                "properties", map("max.poll.records", 500L, "a", "1,2"),
                "arguments", map("x-queue.type", map("deep.er", List.of(1L, "[2]")))));
  }

  @Test
  void jsonTextIsReadWhereAnObjectOrListIsWanted() {
    assertThat(
            resolved(
                map(
                    "security", "{\"auth.username\": \"bob\", \"ssl\": {\"enabled\": \"TRUE\"}}",
                    "headers", " [{\"name\": \"a\"}, {\"name\": \"b\", \"value\": \"{}\"}]",
                    "ports", "[1, \"2\"]",
                    "properties", "{\"a.b\": 1}")))
        .isEqualTo(
            map(
                "security", map("auth", map("username", "bob"), "ssl", map("enabled", true)),
                "headers", List.of(map("name", "a"), map("name", "b", "value", "{}")),
                "ports", List.of(1L, 2L),
                "properties", map("a.b", 1L)));
  }

  @Test
  void textThatOnlyLooksLikeJsonStaysText() {
    assertThat(resolved(map("clientId", "{\"a\": 1}", "properties.x", "[1]")))
        .isEqualTo(map("clientId", "{\"a\": 1}", "properties", map("x", "[1]")));
    assertThat(resolved(map("addresses", "[::1]:5672, [fe80::2]:5672")))
        .isEqualTo(map("addresses", List.of("[::1]:5672", "[fe80::2]:5672")));
  }

  @Test
  void listsComeAsTextArraysCollectionsOrByIndex() {
    Map<String, Object> expected = map("ports", List.of(7L, 8L));

    assertThat(resolved(map("ports", " 7 , 8, "))).isEqualTo(expected);
    assertThat(resolved(map("ports", new String[] {"7", "8"}))).isEqualTo(expected);
    assertThat(resolved(map("ports", new int[] {7, 8}))).isEqualTo(expected);
    assertThat(resolved(map("ports", new Long[] {7L, 8L}))).isEqualTo(expected);
    assertThat(resolved(map("ports", new ArrayList<>(List.of("7", 8))))).isEqualTo(expected);
    assertThat(resolved(map("ports.1", "8", "ports.0", 7))).isEqualTo(expected);
    assertThat(resolved(map("ports", map("0", 7, "1", 8)))).isEqualTo(expected);
    assertThat(resolved(map("ports", 7))).isEqualTo(map("ports", List.of(7L)));
    assertThat(resolved(map("ports", ""))).isEqualTo(map("ports", List.of()));
    assertThat(resolved(map("ports", Set.of(7)))).isEqualTo(map("ports", List.of(7L)));
  }

  @Test
  void objectsInListsComeByIndexOrAsJson() {
    Map<String, Object> expected =
        map("headers", List.of(map("name", "a", "value", "1"), map("name", "b")));

    assertThat(resolved(map("headers.1.name", "b", "headers.0.value", 1, "headers.0.name", "a")))
        .isEqualTo(expected);
    assertThat(
            resolved(
                map(
                    "headers",
                    new String[] {"{\"name\": \"a\", \"value\": \"1\"}", "{\"name\": \"b\"}"})))
        .isEqualTo(expected);
    assertThat(
            resolved(
                map(
                    "headers.0",
                    "{\"name\": \"a\"}",
                    "headers.0.value",
                    "1",
                    "headers.1",
                    map("name", "b"))))
        .isEqualTo(expected);
  }

  @Test
  void numbersHaveOneForm() {
    List<Object> wholes =
        List.of(
            "9092",
            " 9092\t",
            9092,
            9092L,
            (short) 9092,
            9092.0,
            9092f,
            BigInteger.valueOf(9092),
            new BigDecimal("9092.00"));
    for (Object whole : wholes) {
      assertThat(resolved(map("serverPort", whole)))
          .as("%s of %s", whole, whole.getClass())
          .isEqualTo(map("serverPort", 9092L));
    }
    assertThat(resolved(map("ratio", 0.2f))).isEqualTo(map("ratio", 0.2));
    assertThat(resolved(map("ratio", "2.5e-1"))).isEqualTo(map("ratio", 0.25));
    assertThat(resolved(map("ratio", "1"))).isEqualTo(map("ratio", 1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0x10", "1_000", "08", "+1", "1.5", "1e-1", "1e999999999", "", " ", "NaN", "１"})
  void otherTextIsNoWholeNumber(String text) {
    assertThat(violations(valid("serverPort", text)))
        .singleElement()
        .asString()
        .startsWith("/serverPort: must be a whole number between 0 and 65535, is ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "1e3", "1E+3", "1000.0", "10.00e2"})
  void aWholeNumberMayHaveAnyNotationOfJson(String text) {
    assertThat(resolved(map("serverPort", text))).isEqualTo(map("serverPort", 1_000L));
  }

  @Test
  void aNumberThatNoLongHoldsIsAViolation() {
    assertThat(violations(valid("serverPort", 1e19)))
        .singleElement()
        .asString()
        .startsWith("/serverPort: must be a whole number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1e999", "0x1p3", "1d", ".5", "5."})
  void otherTextIsNoNumber(String text) {
    assertThat(violations(valid("ratio", text)))
        .singleElement()
        .asString()
        .startsWith("/ratio: must be a number");
  }

  @Test
  void numbersThatNothingCanHoldAreViolationsAndNotErrors() {
    BigInteger huge = BigInteger.TEN.pow(40);
    assertThat(violations(valid("serverPort", huge))).hasSize(1);
    assertThat(violations(valid("ratio", new BigDecimal("1e99999")))).hasSize(1);
    assertThat(violations(valid("ratio", Double.NaN))).hasSize(1);
    assertThat(violations(valid("headers", "[{\"name\": 1e999999999}]"))).isEmpty();
    assertThat(violations(valid("ports", "[1e999999999]"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "TRUE,true", "' False ',false"})
  void flagsIgnoreCaseAndBlanks(String text, boolean flag) {
    assertThat(resolved(map("producer.enabled", text)))
        .isEqualTo(map("producer", map("enabled", flag)));
  }

  @Test
  void scalarsBecomeTextWhereOnlyTextIsWanted() {
    assertThat(resolved(map("clientId", 42, "serverHost", true, "headers.0.value", 'x')))
        .isEqualTo(
            map("clientId", "42", "serverHost", "true", "headers", List.of(map("value", "x"))));
  }

  @Test
  void nullCountsAsNotSet() {
    assertThat(resolved(map("serverHost", null, "security", map("auth", null))))
        .isEqualTo(map("security", map()));
  }

  @Test
  void whatIsGivenTwiceIsNamedWithBothKeys() {
    assertThat(
            violations(
                valid(
                    "security",
                    map("auth.username", "a"),
                    "security.auth",
                    map("username", "b", "password", "secret"))))
        .containsExactly("/security/auth/username: is given twice");
    assertThat(violations(valid("ports", "1", "ports.1", "2")))
        .containsExactly("/ports: is given twice, as 'ports' and as 'ports.1'");
    assertThat(violations(valid("ports.1", "2", "ports", "1")))
        .containsExactly("/ports: is given twice, as 'ports' and as 'ports.1'");
    assertThat(violations(valid("security.auth", "x", "security.auth.username", "u")))
        .containsExactly(
            "/security/auth: is given twice, as 'security.auth' and as 'security.auth.username'");
    assertThat(violations(valid("security.auth.username", "u", "security.auth", "x")))
        .containsExactly(
            "/security/auth: is given twice, as 'security.auth' and as 'security.auth.username'");
  }

  @Test
  void aGapInAListIsAViolation() {
    assertThat(violations(valid("headers.0.name", "a", "headers.2.name", "b")))
        .containsExactly("/headers: has an entry 2 but no entry 1");
    assertThat(violations(valid("headers.100000.name", "a")))
        .containsExactly("/headers/100000: index must be at most 99999");
    assertThat(violations(valid("headers.99999999999.name", "a")))
        .containsExactly("/headers/99999999999/name: unknown key; 'headers' is a list");
  }

  @Test
  void unknownKeysNameTheNearestKnownOne() {
    assertThat(violations(valid("clientID ", "x")))
        .containsExactly("/clientID : unknown key; did you mean 'clientId'?");
    assertThat(violations(valid("securty.ssl.enabled", "x")))
        .containsExactly("/securty/ssl/enabled: unknown key; did you mean 'security.ssl.enabled'?");
    assertThat(violations(valid("security.ssl.trustStroe.type", "x")))
        .containsExactly(
            "/security/ssl/trustStroe/type: unknown key;"
                + " did you mean 'security.ssl.trustStore.type'?");
    assertThat(violations(valid("ssl.enabled", "x")))
        .containsExactly("/ssl/enabled: unknown key; did you mean 'security.ssl.enabled'?");
    assertThat(violations(valid("headers.0.name", "a", "headers.0.vaule", "x")))
        .containsExactly("/headers/0/vaule: unknown key; did you mean 'headers.0.value'?");
    assertThat(violations(valid("completely.different", "x")))
        .containsExactly("/completely/different: unknown key");
    assertThat(violations(valid("serverPort.unit", "x")))
        .containsExactly("/serverPort/unit: unknown key; 'serverPort' has no keys of its own");
    assertThat(violations(valid("x".repeat(10_000), "x"))).hasSize(1);
  }

  @Test
  void aMisspeltRequiredKeyIsOneMistake() {
    Map<String, Object> raw = valid("serverHst", "h");
    raw.remove("serverHost");

    assertThat(violations(raw))
        .containsExactly("/serverHst: unknown key; did you mean 'serverHost'?");
  }

  @Test
  void unresolvedPlaceholdersAreViolationsWhereverTheyStand() {
    assertThat(
            violations(
                valid(
                    "serverPort", "$[env:PORT]",
                    "clientId", "a-$[prop:id;default=$[env:X]]",
                    "ports", "1,$[env:P2],$[env:P3;default=4,5]",
                    "properties.x", "$[secret:y]",
                    "arguments", map("deep", List.of("$[env:Z]")),
                    "security.auth.password", "$[secret:hunter2]")))
        .containsExactly(
            "/arguments/deep: unresolved placeholder of env" + FOR_TEXT,
            "/clientId: unresolved placeholder $[prop:id;default=$[env:X]" + FOR_TEXT,
            "/ports/1: unresolved placeholder $[env:P2]" + FOR_TEXT,
            "/ports/2: unresolved placeholder $[env:P3;default=4" + FOR_TEXT,
            "/ports/3: must be a whole number at least 1, is '5]'",
            "/properties/x: unresolved placeholder of secret" + FOR_TEXT,
            "/security/auth/password: unresolved placeholder of secret" + FOR_TEXT,
            "/serverPort: unresolved placeholder $[env:PORT]" + FOR_TEXT);
    assertThat(violations(valid("clientId", "costs $[5]"))).isEmpty();
  }

  @Test
  void anEscapedPlaceholderStaysEscapedForThoseWhoResolveItAgain() {
    Map<String, Object> raw = valid("clientId", "$\\[env:ID]", "properties.x", "a$\\[prop:y]");

    assertThat(violations(raw)).isEmpty();
    assertThat(resolved(raw)).containsEntry("clientId", "$\\[env:ID]");
    assertThat(resolved(resolved(raw))).isEqualTo(resolved(raw));
  }

  @Test
  void brokenJsonIsNamedByItsPosition() {
    assertThat(violations(valid("headers", "[{\"name\": \"a\",}]")))
        .singleElement()
        .asString()
        .startsWith("/headers: is not valid JSON (line 1 column");
    assertThat(violations(valid("security", "{\"auth\": {}} {}")))
        .singleElement()
        .asString()
        .startsWith("/security: is not valid JSON");
  }

  @Test
  void valuesOfForeignTypesAreRefused() {
    Map<String, Object> raw = map("clientId", Instant.EPOCH, "arguments", map("x", new Object()));

    assertThat(SCHEMA.resolve(raw).violations())
        .extracting(Violation::toString)
        .containsExactly(
            "/arguments/x: cannot hold a java.lang.Object",
            "/clientId: cannot hold a java.time.Instant");
  }

  @Test
  void aMapThatContainsItselfIsAViolation() {
    Map<String, Object> loop = new HashMap<>();
    loop.put("again", loop);
    loop.put("list", List.of(Arrays.asList(loop, null)));

    assertThat(
            SCHEMA.resolve(map("arguments", loop, "clientId", loop, "security", loop)).violations())
        .extracting(Violation::pointer)
        .contains("/arguments/again", "/clientId", "/security/again");
  }

  @Test
  void theTreeIsImmutableAndDetached() {
    List<Object> ports = new ArrayList<>(List.of(1));
    Map<String, Object> tree = resolved(map("ports", ports, "arguments", map("a", ports)));
    ports.add(2);

    assertThat(tree).isEqualTo(map("ports", List.of(1L), "arguments", map("a", List.of(1L))));
    assertThatThrownBy(() -> tree.put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) tree.get("ports")).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void propertiesWhoseNamesHaveDotsAndOpenObjectsWork() {
    EndpointSchema open =
        schema(
            "{'type': 'object', 'properties': {'a.b': {'type': 'integer'}, 'a': {'type': 'object',"
                + " 'properties': {'c': {'type': 'integer'}}, 'additionalProperties': true},"
                + " 'max': {'type': 'integer'}}, 'additionalProperties': {'type': 'string'}}");

    assertThat(
            open.resolve(map("a.b", "1", "a.c", "2", "a.d.e", "3", "max", "4", "max.poll", "5"))
                .tree())
        .isEqualTo(map("a.b", 1L, "a", map("c", 2L, "d.e", "3"), "max", 4L, "max.poll", "5"));
  }

  @Test
  void mapsOfObjectsNestBelowTheFirstVerbatimKey() {
    EndpointSchema routes =
        schema(
            "{'type': 'object', 'properties': {'routes': {'type': 'object',"
                + " 'additionalProperties': {'type': 'object', 'properties':"
                + " {'port': {'type': 'integer'}}}}}}");

    assertThat(routes.resolve(map("routes", map("a.b", map("port", "1")))).tree())
        .isEqualTo(map("routes", map("a.b", map("port", 1L))));
  }

  @Test
  void theOrderOfTypesDecidesWhetherTextStaysText() {
    EndpointSchema open =
        schema(
            "{'type': 'object', 'properties': {"
                + "'text': {'type': 'object', 'additionalProperties':"
                + " {'type': ['string', 'integer', 'boolean']}},"
                + "'typed': {'type': 'object', 'additionalProperties':"
                + " {'type': ['integer', 'boolean', 'string']}}}}");

    assertThat(
            open.resolve(
                    map("text.a", "5", "typed.a.b", "5", "typed.c", "TRUE", "typed.d", "5 apples"))
                .tree())
        .isEqualTo(map("text", map("a", "5"), "typed", map("a.b", 5L, "c", true, "d", "5 apples")));
  }
}
