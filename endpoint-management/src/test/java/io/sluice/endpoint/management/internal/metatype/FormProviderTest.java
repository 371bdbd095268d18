/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.metatype;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.schema.MetatypeForm;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

class FormProviderTest {

  private static final EndpointType TYPE =
      EndpointType.builder("queue")
          .title("Queue")
          .modes(Mode.CONSUME)
          .qos(Qos.AUTO)
          .schema(
              ConfigurationSchema.of(
                  """
                  {
                    "type": "object",
                    "properties": {
                      "topic": {"type": "string"},
                      "security": {
                        "type": "object",
                        "properties": {
                          "user": {"type": "string"},
                          "password": {"type": "string", "format": "password"}
                        }
                      },
                      "producer": {
                        "type": "object",
                        "properties": {"maxInFlight": {"type": "integer", "default": 1024}}
                      }
                    },
                    "required": ["topic"]
                  }
                  """))
          .build();

  private final FormProvider form = new FormProvider(MetatypeForm.of(TYPE));

  @Test
  void drawsTheKeysOfTheRuntimeAndOfTheType() {
    ObjectClassDefinition definition =
        form.getObjectClassDefinition("io.sluice.endpoint.queue", null);
    assertThat(definition.getName()).isEqualTo("Queue");
    assertThat(Stream.of(definition.getAttributeDefinitions(ObjectClassDefinition.ALL)))
        .extracting(AttributeDefinition::getID)
        .containsExactly(
            "name",
            "version",
            "group",
            "drain",
            "redeliveryDelay",
            "maxDeliveries",
            "callTimeout",
            "topic",
            "security.user",
            "security.password",
            "producer.maxInFlight");
  }

  @Test
  void tellsRequiredFromOptional() {
    assertThat(Stream.of(form.getAttributeDefinitions(ObjectClassDefinition.REQUIRED)))
        .extracting(AttributeDefinition::getID)
        .containsExactly("topic");
    assertThat(form.getAttributeDefinitions(ObjectClassDefinition.OPTIONAL)).hasSize(10);
  }

  @Test
  void givesEachFieldItsTypeAndDefault() {
    assertThat(attribute("security.password").getType()).isEqualTo(AttributeDefinition.PASSWORD);
    assertThat(attribute("producer.maxInFlight").getType()).isEqualTo(AttributeDefinition.LONG);
    assertThat(attribute("producer.maxInFlight").getDefaultValue()).containsExactly("1024");
    assertThat(attribute("drain").getDefaultValue()).containsExactly("5000");
    assertThat(attribute("topic").getDefaultValue()).isNull();
  }

  @Test
  void knowsNoOtherForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> form.getObjectClassDefinition("io.sluice.endpoint.kafka", null));
  }

  private AttributeDefinition attribute(String id) {
    return Stream.of(form.getAttributeDefinitions(ObjectClassDefinition.ALL))
        .filter(attribute -> attribute.getID().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
