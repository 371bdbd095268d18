/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueueNameTest {

  @Test
  void aQueueIsNamedAfterTheEndpointAndTheClientId() {
    assertThat(name("orders", null, null)).isEqualTo("orders");
    assertThat(name("orders", "billing", null)).isEqualTo("orders/billing");
    assertThat(name("orders", "billing", "eu.#")).isEqualTo("orders/billing//eu.#");
    assertThat(name("orders", null, "")).isEqualTo("orders//");
  }

  @Test
  void withoutAClientIdItIsTheEndpointsName() {
    assertThat(name("orders", "orders", null)).isEqualTo(name("orders", null, null));
  }

  @Test
  void namesThatDifferMakeQueuesThatDiffer() {
    assertThat(
            Set.of(
                name("a", "b/c", null),
                name("a/b", "c", null),
                name("a%2Fb", "c", null),
                name("a", "b", "c"),
                name("a", "b//c", null)))
        .hasSize(5);
  }

  @Test
  void aLongNameIsCutAndStaysItsOwn() {
    String one = name("ä".repeat(300), "x", null);
    String other = name("ä".repeat(300), "y", null);

    assertThat(one.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
    assertThat(one).isNotEqualTo(other);
    assertThat(name("ä".repeat(300), "x", null)).isEqualTo(one);
  }

  private static String name(String endpoint, String clientId, String routingKey) {
    return QueueName.of(endpoint, Optional.ofNullable(clientId), Optional.ofNullable(routingKey));
  }
}
