/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.FaultInjector.AfterDelivery.DISCONNECT;
import static io.sluice.endpoint.mock.internal.FaultInjector.AfterDelivery.FAIL;
import static io.sluice.endpoint.mock.internal.FaultInjector.AfterDelivery.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultInjectorTest {

  private static final int PUBLISHES = 10_000;

  @Test
  void theSeedDecidesWhatIsRejected() {
    assertThat(rejected(0.3, 7)).isEqualTo(rejected(0.3, 7));
    assertThat(rejected(0.3, 7)).isNotEqualTo(rejected(0.3, 8));
  }

  @Test
  void theRateIsKept() {
    assertThat(rejected(0.3, 7).cardinality()).isBetween(2800, 3200);
    assertThat(rejected(0, 7).cardinality()).isZero();
    assertThat(rejected(1, 7).cardinality()).isEqualTo(PUBLISHES);
  }

  @Test
  void deliveriesAreCounted() {
    FaultInjector faults = new FaultInjector(faults(5, 2, 0, 0));

    assertThat(Stream.generate(faults::afterDelivery).limit(6))
        .containsExactly(NOTHING, DISCONNECT, NOTHING, DISCONNECT, FAIL, FAIL);
  }

  @Test
  void nothingHappensByDefault() {
    FaultInjector faults = new FaultInjector(faults(0, 0, 0, 0));

    assertThat(Stream.generate(faults::afterDelivery).limit(100)).containsOnly(NOTHING);
  }

  private static BitSet rejected(double rate, long seed) {
    FaultInjector faults = new FaultInjector(faults(0, 0, rate, seed));
    BitSet rejected = new BitSet();
    for (int i = 0; i < PUBLISHES; i++) {
      rejected.set(i, faults.rejectsPublish(i));
    }
    return rejected;
  }

  private static MockSettings.Faults faults(
      long failAfter, long disconnectEvery, double publishErrorRate, long seed) {
    return new MockSettings.Faults(
        Duration.ZERO, false, failAfter, disconnectEvery, Duration.ZERO, publishErrorRate, seed);
  }
}
