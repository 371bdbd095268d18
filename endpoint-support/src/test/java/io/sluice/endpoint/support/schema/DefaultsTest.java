/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.map;
import static io.sluice.endpoint.support.schema.BrokerSchema.resolved;
import static io.sluice.endpoint.support.schema.BrokerSchema.schema;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefaultsTest {

  @Test
  void defaultsOfNestedObjectsAreFilledIn() {
    assertThat(SCHEMA.withDefaults(map("serverHost", "h")))
        .isEqualTo(
            map(
                "serverHost",
                "h",
                "serverPort",
                1883L,
                "declare",
                "create",
                "ratio",
                0.2,
                "headers",
                List.of(),
                "security",
                map(
                    "ssl",
                    map(
                        "enabled",
                        false,
                        "hostnameVerifier",
                        true,
                        "trustStore",
                        map("type", "NONE"),
                        "keyStore",
                        map("type", "NONE"))),
                "producer",
                map("enabled", false, "maxInFlight", 1024L),
                "consumer",
                map("enabled", false, "failureStrategy", "discard")));
  }

  @Test
  void whatIsGivenWins() {
    Map<String, Object> tree =
        SCHEMA.withDefaults(
            resolved(map("serverPort", "1", "security.ssl.trustStore.type", "PEM")));

    assertThat(tree).containsEntry("serverPort", 1L);
    assertThat(Settings.of(tree).text("security.ssl.trustStore.type")).isEqualTo("PEM");
    assertThat(Settings.of(tree).text("security.ssl.keyStore.type")).isEqualTo("NONE");
  }

  @Test
  void aDefaultMayDependOnACondition() {
    assertThat(SCHEMA.withDefaults(resolved(map("security.ssl.enabled", "true"))))
        .containsEntry("serverPort", 8883L);
    assertThat(SCHEMA.withDefaults(resolved(map("security.ssl.enabled", "false"))))
        .containsEntry("serverPort", 1883L);
    assertThat(SCHEMA.withDefaults(resolved(map("security.ssl.enabled", "true", "serverPort", 7))))
        .containsEntry("serverPort", 7L);
  }

  @Test
  void onlyTheBranchThatAppliesGivesDefaults() {
    assertThat(SCHEMA.withDefaults(resolved(map("transport.kind", "tcp"))))
        .containsEntry("transport", map("kind", "tcp"));
    assertThat(
            SCHEMA.withDefaults(
                resolved(map("transport.kind", "websocket", "transport.path", "/"))))
        .containsEntry("transport", map("kind", "websocket", "path", "/", "frame", 4096L));
  }

  @Test
  void anOptionalObjectWithRequiredKeysIsNotConjuredUp() {
    assertThat(SCHEMA.withDefaults(Map.of())).doesNotContainKey("transport");
    assertThat(SCHEMA.withDefaults(resolved(map("consumer.deadLetter.topic", "t"))).get("consumer"))
        .isEqualTo(
            map(
                "enabled",
                false,
                "failureStrategy",
                "discard",
                "deadLetter",
                map("topic", "t", "retained", true)));
  }

  @Test
  void entriesOfListsAreFilledIn() {
    assertThat(SCHEMA.withDefaults(resolved(map("headers.0.name", "a"))))
        .containsEntry("headers", List.of(map("name", "a", "value", "")));
  }

  @Test
  void fillingInTwiceChangesNothing() {
    Map<String, Object> once = SCHEMA.withDefaults(resolved(map("security.ssl.enabled", "true")));

    assertThat(SCHEMA.withDefaults(once)).isEqualTo(once);
  }

  @Test
  void defaultsMayChainThroughConditions() {
    EndpointSchema chain =
        schema(
            "{'type': 'object', 'properties': {'a': {'type': 'integer', 'default': 1},"
                + " 'b': {'type': 'integer'}, 'c': {'type': 'integer'}}, 'allOf': ["
                + "{'if': {'properties': {'b': {'const': 2}}, 'required': ['b']},"
                + " 'then': {'properties': {'c': {'default': 3}}}},"
                + "{'if': {'properties': {'a': {'const': 1}}, 'required': ['a']},"
                + " 'then': {'properties': {'b': {'default': 2}}}}]}");

    assertThat(chain.withDefaults(Map.of())).isEqualTo(map("a", 1L, "b", 2L, "c", 3L));
    assertThat(chain.withDefaults(map("a", 9L))).isEqualTo(map("a", 9L));
  }

  @Test
  void aSchemaThatContradictsItselfStillEnds() {
    EndpointSchema flips =
        schema(
            "{'type': 'object', 'properties': {'a': {'type': 'integer'}},"
                + " 'if': {'required': ['a']}, 'else': {'properties': {'a': {'default': 1}}}}");

    assertThat(flips.withDefaults(Map.of())).isIn(Map.of(), map("a", 1L));
  }

  @Test
  void aKeyThatABranchForbidsGetsNoDefault() {
    EndpointSchema forbids =
        schema(
            "{'type': 'object', 'properties': {'on': {'type': 'boolean', 'default': false},"
                + " 'size': {'type': 'integer', 'default': 5}},"
                + " 'if': {'properties': {'on': {'const': false}}},"
                + " 'then': {'properties': {'size': false}}}");

    assertThat(forbids.withDefaults(Map.of())).isEqualTo(map("on", false));
    assertThat(forbids.withDefaults(map("on", true))).isEqualTo(map("on", true, "size", 5L));
  }

  @Test
  void defaultsThatLookLikeSchemasAreValues() {
    EndpointSchema objects =
        schema(
            "{'type': 'object', 'properties': {'store': {'type': 'object', 'default':"
                + " {'type': 'PEM', 'pattern': '('}, 'properties': {'type': {'type': 'string'},"
                + " 'pattern': {'type': 'string'}, 'required': {'type': 'boolean', 'default': true}}}}}");

    assertThat(objects.withDefaults(Map.of()))
        .isEqualTo(map("store", map("type", "PEM", "pattern", "(", "required", true)));
  }

  @Test
  void groupsMergeFieldByField() {
    Map<String, Object> group =
        resolved(
            map(
                "serverHost", "group",
                "ports", "1,2",
                "security.auth.username", "bob",
                "properties.a", "1"));
    Map<String, Object> endpoint =
        resolved(map("ports", "3", "security.auth.password", "pass", "properties.b", "2"));

    assertThat(SCHEMA.merge(group, endpoint))
        .isEqualTo(
            map(
                "serverHost", "group",
                "ports", List.of(3L),
                "security", map("auth", map("username", "bob", "password", "pass")),
                "properties", map("a", "1", "b", "2")));
  }
}
