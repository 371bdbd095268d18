/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EndpointTypeTest {

  @Test
  void needsANameThatFitsIntoAPid() {
    assertThatThrownBy(() -> EndpointType.builder("My Type"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("My Type");
  }

  @Test
  void needsAModeAndASchema() {
    EndpointType.Builder builder = EndpointType.builder("t");

    assertThatThrownBy(builder::build).isInstanceOf(NullPointerException.class);
    builder.schema(ConfigurationSchema.of("{}"));
    assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
    assertThat(builder.modes(Mode.CONSUME).build().title()).isEqualTo("t");
  }

  @Test
  void laterChangesOfTheBuilderDoNotReachTheType() {
    EndpointType.Builder builder =
        EndpointType.builder("t").modes(Mode.CONSUME).schema(ConfigurationSchema.of("{}"));
    EndpointType type = builder.build();

    builder.modes(Mode.PUBLISH).qos(Qos.AUTO).capabilities(EndpointType.RESUME);

    assertThat(type.modes()).containsExactly(Mode.CONSUME);
    assertThat(type.qos()).isEmpty();
    assertThat(type.capabilities()).isEmpty();
  }
}
