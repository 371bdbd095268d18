/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.Violation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The factory describes its type, and makes endpoints of what fits the schema only. */
@DisplayName("Schema and metadata")
public abstract class SchemaAndMetadataContract extends ContractGroup {

  private static final String CANARY = "canary-3k9dQ7xV";

  @Test
  void describesItsType() {
    EndpointType type = type();

    assertThat(type.title()).isNotBlank();
    assertThat(type.description()).isNotBlank();
    assertThat(type.version()).matches("\\d+(\\.\\d+(\\.\\d+(\\.[A-Za-z0-9_-]+)?)?)?");
    assertThat(type.capabilities()).allSatisfy(name -> assertThat(name).isNotBlank());
    assertThat(type().toString()).as("a second description").isEqualTo(type.toString());
    assertThat(type().schema()).isEqualTo(type.schema());
  }

  @Test
  void hasQosLevelsIfItConsumes() {
    assertThat(!type().qos().isEmpty())
        .as("has QoS levels: %s", type().qos())
        .isEqualTo(type().modes().contains(Mode.CONSUME));
  }

  @Test
  void everyPropertyOfTheSchemaIsDescribed() {
    SchemaView schema = schema();

    assertThat(SchemaView.text(schema.root(), "$schema"))
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(SchemaView.text(schema.root(), "type")).isEqualTo("object");
    assertThat(schema.properties())
        .allSatisfy(
            (key, property) -> {
              assertThat(SchemaView.text(property, "title")).as("title").isNotBlank();
              assertThat(SchemaView.text(property, "description")).as("description").isNotBlank();
            });
  }

  @Test
  void secretsAreMarkedAsSuch() {
    assertThat(schema().properties())
        .allSatisfy(
            (key, property) -> {
              boolean text = SchemaView.text(property, "type").equals("string");
              if (text && key.matches("(?i).*(password|secret)$")) {
                assertThat(SchemaView.text(property, "format")).isEqualTo("password");
              }
            });
  }

  @Test
  void createsWhatIsConfigured() {
    for (Mode mode : type().modes()) {
      Endpoint endpoint = create(backend().configuration(mode));

      assertThat(endpoint.name()).isEqualTo("contract");
      assertThat(endpoint.modes()).contains(mode).isSubsetOf(type().modes());
      assertThat(endpoint.status()).isStopped();
      assertThat(endpoint)
          .isInstanceOf(mode == Mode.EXCHANGE ? ProxyEndpoint.class : MessageEndpoint.class);
    }
  }

  @Test
  void creatingStartsNothing() {
    Set<Thread> before = threads().live();

    for (Mode mode : type().modes()) {
      create(backend().configuration(mode));
    }

    assertThat(threads().live()).isSubsetOf(before);
  }

  @Test
  void dottedAndNestedPropertiesMeanTheSame() {
    for (Mode mode : type().modes()) {
      Map<String, Object> properties = backend().configuration(mode);

      assertThat(create(PropertyForms.nested(properties, schema())).modes())
          .isEqualTo(create(PropertyForms.dotted(properties)).modes());
    }
  }

  @Test
  void everyViolationIsReportedAtOnce() {
    assertThat(fixture().invalidConfigurations()).as("invalid configurations").isNotEmpty();
    for (InvalidConfiguration invalid : fixture().invalidConfigurations()) {
      ConfigurationException refusal = refusal(invalid.mistake(), invalid.properties());

      assertThat(refusal).hasCode(ErrorCode.INVALID_CONFIGURATION);
      assertThat(refusal.violations())
          .as(invalid.mistake())
          .extracting(Violation::pointer)
          .containsAll(invalid.pointers());
      assertThat(refusal.violations())
          .as(invalid.mistake())
          .allSatisfy(
              violation -> {
                assertThat(violation.message()).isNotBlank();
                assertThat(refusal.getMessage()).contains(violation.message());
              });
    }
  }

  @Test
  void anUnknownPropertyIsRefusedAndTheNearestKnownOneNamed() {
    String known = schema().properties().keySet().iterator().next();
    String misspelt = known + "q";

    ConfigurationException refusal = refusal("unknown key", withUnknown(misspelt));

    assertThat(refusal.violations())
        .anySatisfy(
            violation -> {
              assertThat(violation.pointer()).isEqualTo("/" + misspelt);
              assertThat(violation.message()).contains("'" + known + "'");
            });
  }

  @Test
  void secretsAreNotTold() {
    assumeFalse(schema().secrets().isEmpty(), type().name() + " has no secrets");
    for (String secret : schema().secrets()) {
      Map<String, Object> properties = PropertyForms.with(withUnknown("sluiceq"), secret, CANARY);
      ConfigurationException refusal = refusal(secret, properties);

      StringWriter told = new StringWriter();
      refusal.printStackTrace(new PrintWriter(told, true));
      told.append(refusal.violations().toString());
      assertThat(told.toString()).as("what is told about %s", secret).doesNotContain(CANARY);
    }
  }

  private Map<String, Object> withUnknown(String key) {
    Mode mode = type().modes().iterator().next();
    return PropertyForms.with(backend().configuration(mode), key, "x");
  }

  private ConfigurationException refusal(String mistake, Map<String, Object> properties) {
    ConfigurationException refusal =
        catchThrowableOfType(
            ConfigurationException.class,
            () -> fixture().factory().create(EndpointConfiguration.of("contract", properties)));
    assertThat(refusal).as("refusal of: %s", mistake).isNotNull();
    return refusal;
  }
}
