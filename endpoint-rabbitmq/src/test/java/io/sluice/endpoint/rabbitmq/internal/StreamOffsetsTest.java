/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamOffsetsTest {

  @Test
  void beforeTheFirstMessageThereIsNoOffset() {
    StreamOffsets offsets = new StreamOffsets(2);

    assertThat(offsets.first()).isEqualTo(StreamOffsets.NONE);
    assertThat(offsets.of(1)).isEqualTo(StreamOffsets.NONE);
    assertThat(offsets.of(Long.MIN_VALUE)).isEqualTo(StreamOffsets.NONE);
  }

  @Test
  void aTagHasItsOffsetAsLongAsItMayBeUnsettled() {
    int prefetch = 5;
    StreamOffsets offsets = new StreamOffsets(prefetch);

    for (long tag = 1; tag <= 1000; tag++) {
      offsets.add(tag, 10 * tag);
      long oldest = Math.max(1, tag - prefetch);
      for (long each = oldest; each <= tag; each++) {
        assertThat(offsets.of(each)).isEqualTo(10 * each);
      }
      assertThat(offsets.of(tag + 1)).isEqualTo(StreamOffsets.NONE);
    }
    assertThat(offsets.first()).isEqualTo(10);
  }
}
