/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemandTest {

  private final Demand demand = new Demand();

  @Test
  void isNoneAtFirst() {
    assertThat(demand.exceeds(0)).isFalse();
  }

  @Test
  void addsUp() {
    demand.add(2);
    demand.add(3);

    assertThat(demand.exceeds(4)).isTrue();
    assertThat(demand.exceeds(5)).isFalse();
  }

  @Test
  void isWithoutBoundAtTheLargestNumber() {
    demand.add(Long.MAX_VALUE);
    demand.add(1);

    assertThat(demand.exceeds(Long.MAX_VALUE)).isTrue();
  }

  @Test
  void doesNotOverflow() {
    demand.add(Long.MAX_VALUE - 1);
    demand.add(Long.MAX_VALUE - 1);

    assertThat(demand.exceeds(Long.MAX_VALUE - 1)).isTrue();
  }
}
