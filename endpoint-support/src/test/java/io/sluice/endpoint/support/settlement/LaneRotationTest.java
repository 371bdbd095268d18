/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneRotationTest {

  private final AtomicInteger batches = new AtomicInteger();
  private final LaneRotation<Batches> rotation = new LaneRotation<>(batches::incrementAndGet);

  @Test
  void lanesTakeTurnsOfABatch() {
    rotation.add(List.of(new Batches("a", 2, 2), new Batches("b", 1, 1), new Batches("c", 2)));

    assertThat(pollAll()).containsExactly("a", "a", "b", "c", "c", "a", "a", "b");
    assertThat(batches).hasValue(5);
  }

  @Test
  void lanesComeAndGo() {
    Batches kept = new Batches("kept", 1, 1, 1);
    Batches gone = new Batches("gone", 1, 1, 1);
    rotation.add(List.of(gone, kept));
    rotation.poll();
    rotation.delivered();

    assertThat(rotation.remove(lane -> lane == gone)).containsExactly(gone);
    rotation.add(List.of(new Batches("new", 1)));

    assertThat(gone.taken).isOne();
    assertThat(rotation.all()).hasSize(2).startsWith(kept);
    assertThat(pollAll()).containsExactlyInAnyOrder("kept", "kept", "kept", "new");
  }

  @Test
  void theLaneThatDeliveredLastHearsOfTheEnd() {
    Batches first = new Batches("first", 2);
    Batches other = new Batches("other", 2);
    rotation.add(List.of(first, other));
    rotation.poll();
    rotation.remove(lane -> lane == first);

    rotation.closed();
    rotation.closed();

    assertThat(first.closed).as("it was taken out, and has what the consumer refused").isTrue();
    assertThat(other.closed).isFalse();
  }

  @Test
  void withoutLanesThereIsNothing() {
    assertThat(rotation.poll()).isNull();
  }

  private List<String> pollAll() {
    List<String> polled = new ArrayList<>();
    for (Delivery next = rotation.poll(); next != null; next = rotation.poll()) {
      polled.add(next.message().text());
      rotation.delivered();
    }
    return polled;
  }

  private static final class Batches implements Lane {

    private final String name;
    private final Deque<Integer> sizes = new ArrayDeque<>();
    private int rest;
    private int taken;
    private boolean closed;

    Batches(String name, int... sizes) {
      this.name = name;
      for (int size : sizes) {
        this.sizes.add(size);
      }
    }

    @Override
    public void closed() {
      closed = true;
    }

    @Override
    public Delivery poll() {
      if (rest == 0) {
        if (sizes.isEmpty()) {
          return null;
        }
        rest = sizes.remove();
      }
      rest--;
      return Delivery.settled(Message.of(name));
    }

    @Override
    public void delivered() {
      taken++;
    }

    @Override
    public boolean isBetweenBatches() {
      return rest == 0;
    }
  }
}
