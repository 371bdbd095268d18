/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointCounters;

/** Adds the counters of generations. */
final class CounterSum {

  private CounterSum() {}

  /** Counts are added; the gauges are those of the present generation. */
  static EndpointCounters of(EndpointCounters past, EndpointCounters present) {
    return counts(past, present)
        .inFlight(present.inFlight())
        .unsettled(present.unsettled())
        .lag(present.lag())
        .build();
  }

  /** What remains of a generation that is gone. */
  static EndpointCounters withoutGauges(EndpointCounters last) {
    return counts(EndpointCounters.zero(), last).build();
  }

  /** Adds settlements that came too late. */
  static EndpointCounters withIgnored(
      EndpointCounters counters, long ignoredSettlements, int waiting) {
    return counts(EndpointCounters.zero(), counters)
        .ignoredSettlements(counters.ignoredSettlements() + ignoredSettlements)
        .inFlight(counters.inFlight() + waiting)
        .unsettled(counters.unsettled())
        .lag(counters.lag())
        .build();
  }

  private static EndpointCounters.Builder counts(EndpointCounters a, EndpointCounters b) {
    return EndpointCounters.builder()
        .in(a.in() + b.in())
        .out(a.out() + b.out())
        .bytesIn(a.bytesIn() + b.bytesIn())
        .bytesOut(a.bytesOut() + b.bytesOut())
        .failed(a.failed() + b.failed())
        .dropped(a.dropped() + b.dropped())
        .skipped(a.skipped() + b.skipped())
        .redelivered(a.redelivered() + b.redelivered())
        .ignoredSettlements(a.ignoredSettlements() + b.ignoredSettlements())
        .reconnects(a.reconnects() + b.reconnects());
  }
}
