/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
        RuntimeStatus.initial().withState(state, "", List.of()).joinedWith(plugin, null);

    assertThat(shown.state()).isEqualTo(state);
    assertThat(shown.details()).isEqualTo(details);
  }

  @Test
  void withoutAPluginThereAreNoDetails() {
    assertThat(RuntimeStatus.initial().joinedWith(null, null).details()).isEmpty();
  }

  /** One reads the status while another announces it. */
  @Test
  void theStateBeganWhenItDidWhoeverAsks() {
    RuntimeStatus starting =
        RuntimeStatus.initial().withState(EndpointState.STARTING, "", List.of());
    EndpointStatus shown = starting.joinedWith(null, null);
    RuntimeStatus serving = starting.withState(EndpointState.UP, "", List.of());
    EndpointStatus connecting = EndpointStatus.builder(EndpointState.DOWN, TIME).build();
    EndpointStatus connected =
        EndpointStatus.builder(EndpointState.UP, Instant.now().plusSeconds(9)).build();

    Instant asked = Instant.now();
    EndpointStatus read = serving.joinedWith(connected, shown);
    await().until(() -> Instant.now().isAfter(asked));
    EndpointStatus announced = serving.joinedWith(connected, shown);

    assertThat(announced.since()).isEqualTo(read.since()).isEqualTo(connected.since());
    assertThat(serving.joinedWith(connecting, shown).since())
        .as("not before the runtime showed the plugin's state")
        .isEqualTo(serving.since());
    assertThat(serving.joinedWith(connected, announced).since()).isEqualTo(announced.since());
  }
}
