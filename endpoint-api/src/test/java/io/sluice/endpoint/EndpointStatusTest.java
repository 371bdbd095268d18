/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointStatusTest {

  @Test
  void detailsAreADeepCopyAndPassOn() {
    List<String> assigned = new ArrayList<>(List.of("orders-0"));
    EndpointStatus status =
        EndpointStatus.builder(EndpointState.UP, Instant.EPOCH)
            .details(Map.of("assigned", assigned))
            .build();

    assigned.add("orders-1");

    assertThat(status.details()).containsEntry("assigned", List.of("orders-0"));
    assertThat(status.toBuilder().build().details()).isEqualTo(status.details());
    assertThatThrownBy(() -> status.details().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void detailsHoldJdkTypesAlone() {
    EndpointStatus.Builder builder = EndpointStatus.builder(EndpointState.UP, Instant.EPOCH);

    assertThatThrownBy(() -> builder.details(Map.of("x", new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
