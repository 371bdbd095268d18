/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

/**
 * What an endpoint has counted since it was made. A snapshot whose numbers were read one after the
 * other. Immutable.
 */
public final class EndpointCounters {

  /** The lag of an endpoint that does not know it. */
  public static final long UNKNOWN_LAG = -1;

  private static final EndpointCounters ZERO = builder().build();

  private final long in;
  private final long out;
  private final long bytesIn;
  private final long bytesOut;
  private final long failed;
  private final long dropped;
  private final long skipped;
  private final long redelivered;
  private final long ignoredSettlements;
  private final long inFlight;
  private final long unsettled;
  private final long reconnects;
  private final long lag;

  private EndpointCounters(Builder builder) {
    in = builder.in;
    out = builder.out;
    bytesIn = builder.bytesIn;
    bytesOut = builder.bytesOut;
    failed = builder.failed;
    dropped = builder.dropped;
    skipped = builder.skipped;
    redelivered = builder.redelivered;
    ignoredSettlements = builder.ignoredSettlements;
    inFlight = builder.inFlight;
    unsettled = builder.unsettled;
    reconnects = builder.reconnects;
    lag = builder.lag;
  }

  /** Nothing counted yet. */
  public static EndpointCounters zero() {
    return ZERO;
  }

  /** A builder with all counts zero and the lag unknown. */
  public static Builder builder() {
    return new Builder();
  }

  /** Messages delivered to consumers, or exchanges begun. */
  public long in() {
    return in;
  }

  /** Messages that the backend has confirmed, or exchanges completed. */
  public long out() {
    return out;
  }

  /** Payload bytes delivered to consumers. */
  public long bytesIn() {
    return bytesIn;
  }

  /** Payload bytes that the backend has confirmed. */
  public long bytesOut() {
    return bytesOut;
  }

  /** Messages rejected or discarded, and exchanges failed. */
  public long failed() {
    return failed;
  }

  /** Messages dropped under {@link Qos#NONE}. */
  public long dropped() {
    return dropped;
  }

  /**
   * Messages that consumers could not get, at most, as the backend had removed them before they
   * were delivered.
   *
   * @since 1.2
   */
  public long skipped() {
    return skipped;
  }

  /** Deliveries beyond a message's first. */
  public long redelivered() {
    return redelivered;
  }

  /**
   * Settlements that came too late and were ignored: after the drain time, or after the partition
   * or the connection of their deliveries was lost.
   */
  public long ignoredSettlements() {
    return ignoredSettlements;
  }

  /** Messages or exchanges under way to the backend now. */
  public long inFlight() {
    return inFlight;
  }

  /** Deliveries not settled now. */
  public long unsettled() {
    return unsettled;
  }

  /** Connections made after the first. */
  public long reconnects() {
    return reconnects;
  }

  /** Messages waiting in the backend, or {@link #UNKNOWN_LAG}. */
  public long lag() {
    return lag;
  }

  @Override
  public String toString() {
    return "EndpointCounters[in "
        + in
        + ", out "
        + out
        + ", failed "
        + failed
        + ", in flight "
        + inFlight
        + ", unsettled "
        + unsettled
        + "]";
  }

  /** Collects counts. Not safe for use by more than one thread. */
  public static final class Builder {

    private long in;
    private long out;
    private long bytesIn;
    private long bytesOut;
    private long failed;
    private long dropped;
    private long skipped;
    private long redelivered;
    private long ignoredSettlements;
    private long inFlight;
    private long unsettled;
    private long reconnects;
    private long lag = UNKNOWN_LAG;

    private Builder() {}

    /** Sets {@link EndpointCounters#in()}. */
    public Builder in(long count) {
      in = count;
      return this;
    }

    /** Sets {@link EndpointCounters#out()}. */
    public Builder out(long count) {
      out = count;
      return this;
    }

    /** Sets {@link EndpointCounters#bytesIn()}. */
    public Builder bytesIn(long bytes) {
      bytesIn = bytes;
      return this;
    }

    /** Sets {@link EndpointCounters#bytesOut()}. */
    public Builder bytesOut(long bytes) {
      bytesOut = bytes;
      return this;
    }

    /** Sets {@link EndpointCounters#failed()}. */
    public Builder failed(long count) {
      failed = count;
      return this;
    }

    /** Sets {@link EndpointCounters#dropped()}. */
    public Builder dropped(long count) {
      dropped = count;
      return this;
    }

    /**
     * Sets {@link EndpointCounters#skipped()}.
     *
     * @since 1.2
     */
    public Builder skipped(long count) {
      skipped = count;
      return this;
    }

    /** Sets {@link EndpointCounters#redelivered()}. */
    public Builder redelivered(long count) {
      redelivered = count;
      return this;
    }

    /** Sets {@link EndpointCounters#ignoredSettlements()}. */
    public Builder ignoredSettlements(long count) {
      ignoredSettlements = count;
      return this;
    }

    /** Sets {@link EndpointCounters#inFlight()}. */
    public Builder inFlight(long count) {
      inFlight = count;
      return this;
    }

    /** Sets {@link EndpointCounters#unsettled()}. */
    public Builder unsettled(long count) {
      unsettled = count;
      return this;
    }

    /** Sets {@link EndpointCounters#reconnects()}. */
    public Builder reconnects(long count) {
      reconnects = count;
      return this;
    }

    /** Sets {@link EndpointCounters#lag()}. */
    public Builder lag(long messages) {
      lag = messages;
      return this;
    }

    /** The counters; the builder may be used on. */
    public EndpointCounters build() {
      return new EndpointCounters(this);
    }
  }
}
