/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

import java.time.Instant;

/** Takes what one round uses between its first message and its last. Started and stopped once. */
public final class Clock {

  private final long messages;
  private volatile Instant begin;
  private volatile Instant end;
  private volatile Usage started;
  private volatile Usage stopped;

  Clock(long messages) {
    this.messages = messages;
  }

  /** The first message is there, or about to be sent. */
  public void start() {
    begin = Instant.now();
    started = Usage.now();
  }

  /** The last message is done. */
  public void stop() {
    stopped = Usage.now();
    end = Instant.now();
  }

  Measurement measurement() {
    if (started == null || stopped == null) {
      throw new IllegalStateException("the round has not come to its end");
    }
    return new Measurement(messages, begin, end, stopped.since(started));
  }
}
