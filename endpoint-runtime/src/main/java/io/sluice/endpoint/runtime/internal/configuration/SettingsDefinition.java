/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys that the runtime obeys while an endpoint runs, a group's and the endpoint's put
 * together. Immutable.
 *
 * @param drain how long unsettled deliveries may take when the endpoint is replaced or stopped
 * @param redeliveryDelay the pause before a requeued delivery comes again
 * @param maxDeliveries how often a message is delivered before it is discarded; {@link #UNLIMITED}
 * @param callTimeout how long a call into the plugin may take, and how long calls wait for a plugin
 * @param violations what is wrong with them
 */
public record SettingsDefinition(
    Duration drain,
    Duration redeliveryDelay,
    int maxDeliveries,
    Duration callTimeout,
    List<Violation> violations) {

  /** As many deliveries as it takes. */
  public static final int UNLIMITED = -1;

  static final List<String> KEYS =
      List.of("drain", "redeliveryDelay", "maxDeliveries", "callTimeout");

  private static final long DEFAULT_DRAIN_TIMEOUT_MILLIS = 5_000;

  /** The longest drain time; a bundle that leaves is not kept waiting much longer. */
  public static final Duration MAX_DRAIN_TIMEOUT = Duration.ofMinutes(10);

  private static final long DEFAULT_CALL_TIMEOUT_MILLIS = 30_000;
  private static final long MIN_CALL_TIMEOUT_MILLIS = 100;
  private static final long MAX_CALL_TIMEOUT_MILLIS = 600_000;

  private static final long MAX_REDELIVERY_DELAY_MILLIS = Duration.ofDays(1).toMillis();

  /**
   * Reads the keys.
   *
   * @param group the keys of the group, as they were written
   * @param own the keys of the endpoint, which win
   */
  public static SettingsDefinition of(Map<String, Object> group, Map<String, Object> own) {
    Map<String, Object> merged = new TreeMap<>(group);
    merged.putAll(own);
    KeyReader keys = new KeyReader(merged);
    Duration drain = drain(keys);
    Duration delay =
        Duration.ofMillis(keys.number("redeliveryDelay", 0, MAX_REDELIVERY_DELAY_MILLIS).orElse(0));
    int deliveries = (int) keys.number("maxDeliveries", -1, Integer.MAX_VALUE).orElse(UNLIMITED);
    if (deliveries == 0) {
      keys.violate("maxDeliveries", "must be 1 or more, or -1 for no limit, but is 0");
    }
    Duration timeout =
        Duration.ofMillis(
            keys.number("callTimeout", MIN_CALL_TIMEOUT_MILLIS, MAX_CALL_TIMEOUT_MILLIS)
                .orElse(DEFAULT_CALL_TIMEOUT_MILLIS));
    return new SettingsDefinition(drain, delay, deliveries, timeout, keys.violations());
  }

  static Duration drain(KeyReader keys) {
    return Duration.ofMillis(
        keys.number("drain", 0, MAX_DRAIN_TIMEOUT.toMillis()).orElse(DEFAULT_DRAIN_TIMEOUT_MILLIS));
  }
}
