/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.netcrusher.core.throttle.Throttler;

/** How fast a proxy passes bytes on; may change while connections are open. */
final class Pace {

  private static final long UNLIMITED = Long.MAX_VALUE;

  private volatile long latencyNs;
  private volatile long bytesPerSecond = UNLIMITED;

  void latency(Duration delay) {
    latencyNs = delay.toNanos();
  }

  void throttle(long rate) {
    bytesPerSecond = rate;
  }

  void restore() {
    latencyNs = 0;
    bytesPerSecond = UNLIMITED;
  }

  /** Delays the bytes of one connection in one direction. */
  Throttler throttler() {
    return new Lane();
  }

  private final class Lane implements Throttler {

    private long freeAt = System.nanoTime();

    @Override
    public long calculateDelayNs(ByteBuffer bytes) {
      long now = System.nanoTime();
      long rate = bytesPerSecond;
      freeAt = rate == UNLIMITED ? now : Math.max(now, freeAt) + durationNs(bytes, rate);
      return freeAt - now + latencyNs;
    }

    private long durationNs(ByteBuffer bytes, long rate) {
      return TimeUnit.SECONDS.toNanos(bytes.remaining()) / rate;
    }
  }
}
