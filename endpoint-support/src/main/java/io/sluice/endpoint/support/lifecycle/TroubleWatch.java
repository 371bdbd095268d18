/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Looks again and again whether there is something that people should know of while the connection
 * works, such as a message that the host does not settle, and has the status show it.
 */
public final class TroubleWatch implements AutoCloseable {

  private static final Duration MIN_INTERVAL = Duration.ofMillis(20);
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(1);

  /** Tells what the watch sees from other troubles of the endpoint. */
  private static final String KEY = "watch";

  private final Future<?> looking;

  private TroubleWatch(Future<?> looking) {
    this.looking = looking;
  }

  /**
   * Begins to look.
   *
   * @param age after which something is a trouble, positive; it is seen a quarter of that later at
   *     most, or a second
   * @param trouble what there is now, in words for people, without secrets; called by a worker
   */
  public static TroubleWatch start(
      EndpointLifecycle lifecycle,
      SharedWorkers workers,
      Duration age,
      Supplier<Optional<String>> trouble) {
    return new TroubleWatch(
        workers.every(period(age), () -> lifecycle.trouble(KEY, trouble.get().orElse(""))));
  }

  /** How long to wait between two looks. */
  static Duration period(Duration age) {
    Duration quarter = age.dividedBy(4);
    if (quarter.compareTo(MIN_INTERVAL) < 0) {
      return MIN_INTERVAL;
    }
    return quarter.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : quarter;
  }

  /** Looks no more. */
  @Override
  public void close() {
    looking.cancel(false);
  }
}
