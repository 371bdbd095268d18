/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointCounters;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what an endpoint does. Cheap on the hot path; safe for use by many threads. */
public final class EndpointMeter {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointMeter.class);

  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder redelivered = new LongAdder();
  private final LongAdder ignoredSettlements = new LongAdder();
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder reconnects = new LongAdder();

  private volatile LongSupplier unsettled = () -> 0;
  private volatile LongSupplier lag = () -> EndpointCounters.UNKNOWN_LAG;

  /** Where the number of unsettled deliveries comes from at each snapshot; if it cannot tell, 0. */
  public void unsettledFrom(LongSupplier gauge) {
    unsettled = Objects.requireNonNull(gauge, "gauge");
  }

  /** Where the lag comes from at each snapshot; if it cannot tell, the lag is unknown. */
  public void lagFrom(LongSupplier gauge) {
    lag = Objects.requireNonNull(gauge, "gauge");
  }

  /** A message is delivered to a consumer. */
  public void delivered(int bytes) {
    in.increment();
    bytesIn.add(bytes);
  }

  /** A delivery is not the first of its message; counts beside {@link #delivered}. */
  public void redelivered() {
    redelivered.increment();
  }

  /** A message is dropped under {@link io.sluice.endpoint.Qos#NONE}. */
  public void dropped() {
    dropped.increment();
  }

  /**
   * The backend had removed messages before they were delivered.
   *
   * @param count how many there were, at most
   */
  public void skipped(long count) {
    skipped.add(count);
  }

  /** A message is discarded, or refused before it was sent. */
  public void failed() {
    failed.increment();
  }

  /** A settlement came too late. */
  public void settlementIgnored() {
    ignoredSettlements.increment();
  }

  /** A message is under way to the backend; {@link #confirmed} or {@link #rejected} follows. */
  public void sent() {
    inFlight.increment();
  }

  /** The backend has confirmed a sent message. */
  public void confirmed(int bytes) {
    inFlight.decrement();
    out.increment();
    bytesOut.add(bytes);
  }

  /** A sent message failed. */
  public void rejected() {
    inFlight.decrement();
    failed.increment();
  }

  /** An exchange begins; {@link #exchangeCompleted} or {@link #exchangeFailed} follows. */
  public void exchangeBegun() {
    in.increment();
    inFlight.increment();
  }

  /** A part of a request's body went to the backend. */
  public void exchangeSent(long bytes) {
    bytesOut.add(bytes);
  }

  /** A part of a response's body came from the backend. */
  public void exchangeReceived(long bytes) {
    bytesIn.add(bytes);
  }

  /** An exchange is complete. */
  public void exchangeCompleted() {
    inFlight.decrement();
    out.increment();
  }

  /** An exchange failed. */
  public void exchangeFailed() {
    inFlight.decrement();
    failed.increment();
  }

  /** A connection was made, and it was not the first. */
  public void reconnected() {
    reconnects.increment();
  }

  /** The counts now, read one after the other. */
  public EndpointCounters counters() {
    return EndpointCounters.builder()
        .in(in.sum())
        .out(out.sum())
        .bytesIn(bytesIn.sum())
        .bytesOut(bytesOut.sum())
        .failed(failed.sum())
        .dropped(dropped.sum())
        .skipped(skipped.sum())
        .redelivered(redelivered.sum())
        .ignoredSettlements(ignoredSettlements.sum())
        .inFlight(inFlight.sum())
        .unsettled(read(unsettled, 0))
        .reconnects(reconnects.sum())
        .lag(read(lag, EndpointCounters.UNKNOWN_LAG))
        .build();
  }

  /** A status without a gauge is better than none. */
  private static long read(LongSupplier gauge, long unknown) {
    try {
      return gauge.getAsLong();
    } catch (RuntimeException | Error e) {
      LOG.debug("A gauge of an endpoint cannot be read", e);
      return unknown;
    }
  }
}
