/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.Message;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a pipe carries. Safe for use by many threads. */
final class PipeMeter {

  private final LongAdder in = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder out = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder reconnects = new LongAdder();

  void consumed(Message message) {
    in.increment();
    bytesIn.add(message.size());
  }

  void confirmed(Message message) {
    out.increment();
    bytesOut.add(message.size());
  }

  void rejected() {
    failed.increment();
  }

  void restarted() {
    reconnects.increment();
  }

  EndpointCounters counters(long inFlight, long unsettled) {
    return EndpointCounters.builder()
        .in(in.sum())
        .bytesIn(bytesIn.sum())
        .out(out.sum())
        .bytesOut(bytesOut.sum())
        .failed(failed.sum())
        .reconnects(reconnects.sum())
        .inFlight(inFlight)
        .unsettled(unsettled)
        .build();
  }
}
