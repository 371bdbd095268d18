/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamOffsetsTest {

  @Test
  void beforeTheFirstMessageThereIsNoOffset() {
    StreamOffsets offsets = new StreamOffsets();

    assertThat(offsets.first()).isEqualTo(StreamOffsets.NONE);
    assertThat(offsets.of(1)).isEqualTo(StreamOffsets.NONE);
    assertThat(offsets.of(Long.MIN_VALUE)).isEqualTo(StreamOffsets.NONE);
  }

  @Test
  void aTagHasItsOffsetAsLongAsItMayBeUnsettled() {
    StreamOffsets offsets = new StreamOffsets();
    int unsettled = 40;

    for (long tag = 1; tag <= 1000; tag++) {
      long settled = tag - unsettled;
      offsets.add(tag, 10 * tag, settled);
      for (long each = Math.max(1, settled); each <= tag; each++) {
        assertThat(offsets.of(each)).isEqualTo(10 * each);
      }
      assertThat(offsets.of(tag + 1)).isEqualTo(StreamOffsets.NONE);
    }
    assertThat(offsets.first()).isEqualTo(10);
  }

  @Test
  void anyNumberMayBeUnsettled() {
    StreamOffsets offsets = new StreamOffsets();

    for (long tag = 1; tag <= 1000; tag++) {
      offsets.add(tag, 10 * tag, Long.MIN_VALUE);
    }

    assertThat(offsets.of(1)).isEqualTo(10);
    assertThat(offsets.of(500)).isEqualTo(5000);
    assertThat(offsets.of(1000)).isEqualTo(10_000);
  }
}
