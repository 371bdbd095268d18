/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointStatus;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the details of an endpoint for its status. Those that cannot be read are left out, and the
 * first time logged. Safe for use by many threads.
 */
final class Details {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointLifecycle.class);

  private final String endpoint;
  private final Supplier<Map<String, Object>> gauge;
  private final AtomicBoolean logged = new AtomicBoolean();

  Details(String endpoint, Supplier<Map<String, Object>> gauge) {
    this.endpoint = endpoint;
    this.gauge = Objects.requireNonNull(gauge, "gauge");
  }

  /** Adds the details of now to a status. Calls foreign code. */
  EndpointStatus.Builder addTo(EndpointStatus.Builder status) {
    try {
      return status.details(gauge.get());
    } catch (Throwable e) { // a status without details is better than none
      if (logged.compareAndSet(false, true)) {
        LOG.debug("Endpoint '{}' shows no details: they cannot be read", endpoint, e);
      }
      return status;
    }
  }
}
