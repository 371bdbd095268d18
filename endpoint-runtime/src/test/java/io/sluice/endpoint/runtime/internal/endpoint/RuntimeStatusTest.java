/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RuntimeStatusTest {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @EnumSource(EndpointState.class)
  void thePluginsDetailsShowInEveryState(EndpointState state) {
    Map<String, Object> details = Map.of("assigned", List.of("orders-0"));
    EndpointStatus plugin = EndpointStatus.builder(EndpointState.UP, TIME).details(details).build();

    EndpointStatus shown =
        RuntimeStatus.INITIAL.withState(state, "", List.of()).joinedWith(plugin, TIME);

    assertThat(shown.state()).isEqualTo(state);
    assertThat(shown.details()).isEqualTo(details);
  }

  @Test
  void withoutAPluginThereAreNoDetails() {
    assertThat(RuntimeStatus.INITIAL.joinedWith(null, TIME).details()).isEmpty();
  }
}
