/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.support.schema.MetatypeForm.Attribute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaViewsTest {

  @Test
  void propertiesTellAllThatTheSchemaSaysAnywhere() {
    SchemaProperty port = property("serverPort");
    assertThat(port.title()).isEqualTo("Server port");
    assertThat(port.type()).isEqualTo(SchemaProperty.Type.INTEGER);
    assertThat(port.defaultValue()).contains(1883L);
    assertThat(port.conditionalDefaults())
        .isEqualTo(Map.of("when security.ssl.enabled is true", 8883L));
    assertThat(port.constraint()).isEqualTo("between 0 and 65535");
    assertThat(port.required()).isFalse();

    assertThat(property("serverHost").required()).isTrue();
    assertThat(property("declare").choices()).containsExactly("create", "passive", "none");
    assertThat(property("addresses").list()).isTrue();
    assertThat(property("addresses").type()).isEqualTo(SchemaProperty.Type.STRING);
    assertThat(property("addresses").constraint()).isEqualTo("must be host:port");
    assertThat(property("addresses").pattern()).isEmpty();
    assertThat(property("transport.path").pattern()).contains("^/");
    assertThat(property("properties").freeForm()).isTrue();
    assertThat(property("security").isSection()).isTrue();
    assertThat(property("headers.*.name").isEntry()).isTrue();
    assertThat(property("headers.*.name").requiredWhen()).containsExactly("in each entry");
  }

  @Test
  void secretsAreMarked() {
    assertThat(SCHEMA.properties().stream().filter(SchemaProperty::secret))
        .extracting(SchemaProperty::key)
        .containsExactly(
            "headers.*.secretValue",
            "security.auth.password",
            "security.ssl.trustStore.password",
            "security.ssl.keyStore.password");
  }

  @Test
  void conditionsAreToldAtTheirProperty() {
    assertThat(property("producer.topics").requiredWhen())
        .containsExactly("when producer.enabled is true");
    assertThat(property("security.ssl.keyStore.location").requiredWhen())
        .containsExactly(
            "when security.ssl.keyStore.type is not NONE,"
                + " unless security.ssl.keyStore.certificates is set");
    assertThat(property("transport.frame").usedWhen())
        .containsExactly("when transport.kind is websocket");
    assertThat(property("transport.kind").choices()).containsExactly("tcp", "websocket");
    assertThat(property("transport.kind").usedWhen()).isEmpty();
    assertThat(property("consumer.deadLetter.topic").requiredWhen())
        .containsExactly("when consumer.deadLetter is given");
  }

  @Test
  void theTitleBesideAReferenceWins() {
    assertThat(property("security.ssl.keyStore").title()).isEqualTo("Key store");
    assertThat(property("security.ssl").title()).isEqualTo("TLS");
  }

  @Test
  void theFormIsFlatAndTyped() {
    MetatypeForm form = MetatypeForm.of(TYPE);

    assertThat(form.id()).isEqualTo("io.sluice.endpoint.broker");
    assertThat(form.name()).isEqualTo("Broker");
    assertThat(form.attributes()).extracting(Attribute::id).doesNotHaveDuplicates();
    assertThat(form.attributes())
        .noneMatch(attribute -> attribute.id().contains("*") || attribute.id().equals("security"));

    Attribute port = attribute(form, "serverPort");
    assertThat(port.type()).isEqualTo(MetatypeForm.Type.LONG);
    assertThat(port.type().code()).isEqualTo(2);
    assertThat(port.defaultValue()).containsExactly("1883");
    assertThat(port.minimum()).contains("0");
    assertThat(port.maximum()).contains("65535");

    assertThat(attribute(form, "serverHost").required()).isTrue();
    assertThat(attribute(form, "producer.topics").required()).isFalse();
    assertThat(attribute(form, "producer.topics").cardinality()).isEqualTo(Integer.MAX_VALUE);
    assertThat(attribute(form, "declare").options()).containsExactly("create", "passive", "none");
    assertThat(attribute(form, "security.auth.password").type())
        .isEqualTo(MetatypeForm.Type.PASSWORD);
    assertThat(attribute(form, "headers").cardinality()).isZero();
    assertThat(attribute(form, "headers").description()).contains("JSON array");
    assertThat(attribute(form, "properties").description()).contains("JSON object");
  }

  @Test
  void whatAFormSavesUnchangedIsValid() {
    Map<String, Object> saved = new LinkedHashMap<>(BrokerSchema.valid());
    for (Attribute attribute : MetatypeForm.of(TYPE).attributes()) {
      if (!attribute.defaultValue().isEmpty()) {
        saved.putIfAbsent(attribute.id(), String.join(",", attribute.defaultValue()));
      }
    }

    assertThat(BrokerSchema.violations(saved)).isEmpty();
  }

  @Test
  void thePageHasATableForEachSection() {
    String page = ReferencePage.markdown(TYPE);

    assertThat(page.lines())
        .contains(
            "# Broker",
            "- Type: `broker`",
            "- QoS: `AUTO`, `AT_LEAST_ONCE`",
            "- Capabilities: `resume`",
            "| `serverHost` \\* | string: not empty |  | **Server host.** Required. Example: `broker.example` |",
            "| `serverPort` | integer: between 0 and 65535 | `1883`; `8883` when security.ssl.enabled"
                + " is true | **Server port.** |",
            "| `security.auth.password` | string: at least 4 characters |  | **Password.** Secret. |",
            "### Trust store (`security.ssl.trustStore`)",
            "| `security.ssl.trustStore.type` | string: `NONE`, `PEM`, `JKS`, `PKCS12` | `NONE` | **Type.** |",
            "| `producer.topics` | list of string: at least 1 entry, not empty |  | **Topics.** Required"
                + " when producer.enabled is true. |",
            "| `properties` | map |  | **Client properties.** Passed on to the client \\| as they are. |");
    assertThat(page)
        .isEqualTo(ReferencePage.markdown(TYPE))
        .endsWith("|\n")
        .doesNotContain("\n\n\n");
  }

  @Test
  void patternsWithMarkdownInThemAreQuoted() {
    EndpointSchema tokens =
        BrokerSchema.schema(
            "{'type': 'object', 'properties': {'t': {'type': 'string', 'pattern': '^[`|*]+$'}}}");
    EndpointType type = EndpointType.builder("t").modes(Mode.CONSUME).schema(tokens.text()).build();

    assertThat(ReferencePage.markdown(type))
        .contains("| `t` | string: pattern `` ^[`\\|*]+$ `` |  | **t.** |");
  }

  @Test
  void everyPropertyIsOnThePageOnce() {
    List<String> rows =
        ReferencePage.markdown(TYPE).lines().filter(line -> line.startsWith("| `")).toList();

    for (SchemaProperty property : SCHEMA.properties()) {
      if (!property.isSection()) {
        assertThat(rows)
            .as(property.key())
            .filteredOn(row -> row.startsWith("| `" + property.key() + "`"))
            .hasSize(1);
      }
    }
  }

  private static SchemaProperty property(String key) {
    return SCHEMA.properties().stream()
        .filter(property -> property.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no property " + key));
  }

  private static Attribute attribute(MetatypeForm form, String id) {
    return form.attributes().stream()
        .filter(attribute -> attribute.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no attribute " + id));
  }
}
