/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedeliveryQueueTest {

  private final RedeliveryQueue<String> queue = new RedeliveryQueue<>();

  @Test
  void givesTheOldestFirst() {
    queue.add(7, "seventh");
    queue.add(2, "second");
    queue.add(5, "fifth");

    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.poll()).isEqualTo("second");
    assertThat(queue.poll()).isEqualTo("fifth");
    assertThat(queue.poll()).isEqualTo("seventh");
    assertThat(queue.poll()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void forgetsAllWhenCleared() {
    queue.add(1, "first");

    queue.clear();

    assertThat(queue.poll()).isNull();
  }
}
