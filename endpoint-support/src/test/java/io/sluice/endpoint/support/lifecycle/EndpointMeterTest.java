/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointCounters;
import org.junit.jupiter.api.Test;

class EndpointMeterTest {

  private final EndpointMeter meter = new EndpointMeter();

  @Test
  void knowsNothingAtFirst() {
    EndpointCounters counters = meter.counters();

    assertThat(counters.in()).isZero();
    assertThat(counters.unsettled()).isZero();
    assertThat(counters.lag()).isEqualTo(EndpointCounters.UNKNOWN_LAG);
  }

  @Test
  void countsWhatIsDelivered() {
    meter.delivered(10);
    meter.delivered(5);
    meter.redelivered();
    meter.dropped();
    meter.skipped(40);
    meter.skipped(2);
    meter.failed();
    meter.settlementIgnored();

    EndpointCounters counters = meter.counters();
    assertThat(counters.in()).isEqualTo(2);
    assertThat(counters.bytesIn()).isEqualTo(15);
    assertThat(counters.redelivered()).isEqualTo(1);
    assertThat(counters.dropped()).isEqualTo(1);
    assertThat(counters.skipped()).isEqualTo(42);
    assertThat(counters.failed()).isEqualTo(1);
    assertThat(counters.ignoredSettlements()).isEqualTo(1);
  }

  @Test
  void aGaugeThatThrowsHidesNoOtherCount() {
    meter.unsettledFrom(
        () -> {
          throw new IllegalStateException("thrown on purpose");
        });
    meter.lagFrom(
        () -> {
          throw new NoClassDefFoundError("thrown on purpose");
        });
    meter.delivered(10);

    EndpointCounters counters = meter.counters();
    assertThat(counters.in()).isEqualTo(1);
    assertThat(counters.unsettled()).isZero();
    assertThat(counters.lag()).isEqualTo(EndpointCounters.UNKNOWN_LAG);
  }

  @Test
  void countsWhatIsPublished() {
    meter.sent();
    meter.sent();
    meter.sent();
    meter.confirmed(7);
    meter.rejected();

    EndpointCounters counters = meter.counters();
    assertThat(counters.inFlight()).isEqualTo(1);
    assertThat(counters.out()).isEqualTo(1);
    assertThat(counters.bytesOut()).isEqualTo(7);
    assertThat(counters.failed()).isEqualTo(1);
  }

  @Test
  void countsExchanges() {
    meter.exchangeBegun();
    meter.exchangeBegun();
    meter.exchangeBegun();
    meter.exchangeCompleted();
    meter.exchangeFailed();

    EndpointCounters counters = meter.counters();
    assertThat(counters.in()).isEqualTo(3);
    assertThat(counters.out()).isEqualTo(1);
    assertThat(counters.failed()).isEqualTo(1);
    assertThat(counters.inFlight()).isEqualTo(1);
  }

  @Test
  void readsItsGauges() {
    meter.unsettledFrom(() -> 12);
    meter.lagFrom(() -> 345);
    meter.reconnected();

    EndpointCounters counters = meter.counters();
    assertThat(counters.unsettled()).isEqualTo(12);
    assertThat(counters.lag()).isEqualTo(345);
    assertThat(counters.reconnects()).isEqualTo(1);
  }
}
