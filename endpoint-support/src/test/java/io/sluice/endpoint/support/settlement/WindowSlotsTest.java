/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowSlotsTest {

  /** Segments of eight slots, and places for two of them. */
  private final WindowSlots slots = new WindowSlots(8);

  private void open(long from, long to) {
    for (long sequence = from; sequence < to; sequence++) {
      slots.open(sequence, 100 + sequence, 10 * sequence, 1_000 + sequence);
    }
  }

  @Test
  void aSlotHoldsWhatItWasOpenedWith() {
    open(0, 12);

    assertThat(slots.position(11)).isEqualTo(111);
    assertThat(slots.bytesBefore(11)).isEqualTo(110);
    assertThat(slots.openedAt(11)).isEqualTo(1_011);
    assertThat(slots.isOpen(11)).isTrue();
    assertThat(slots.isSettled(11)).isFalse();
    assertThat(slots.isOpen(12)).as("not opened yet").isFalse();
  }

  @Test
  void aSlotWithoutSegmentIsNeitherOpenNorSettled() {
    open(0, 8);
    slots.retire(0, slots.segment(0));

    assertThat(slots.settle(3)).isFalse();
    assertThat(slots.isOpen(3)).isFalse();
    assertThat(slots.isSettled(3)).isFalse();
  }

  @Test
  void theSpareSegmentIsAddedNext() {
    open(0, 16);
    assertThat(slots.settle(1)).isTrue();
    long[] retired = slots.segment(0);
    slots.retire(0, retired);

    open(16, 17);

    assertThat(slots.segment(16)).isSameAs(retired);
    assertThat(slots.segments()).isEqualTo(2);
    assertThat(slots.isOpen(16)).isTrue();
    assertThat(slots.settle(0)).isFalse();
    assertThat(slots.settle(1)).as("its mark is still there").isFalse();
    assertThat(slots.settle(17)).as("in the place of that mark").isFalse();
  }

  @Test
  void whoRetiresLateDoesNotTakeTheSegmentThatCameInThePlace() {
    open(0, 16);
    long[] left = slots.segment(0);
    open(16, 17);

    slots.retire(0, left);

    assertThat(slots.segment(16)).isNotNull().isNotSameAs(left);
    assertThat(slots.segments()).as("without a spare one").isEqualTo(2);
    assertThat(slots.settle(16)).isTrue();
  }
}
