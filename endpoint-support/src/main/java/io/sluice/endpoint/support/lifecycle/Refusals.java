/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Mode;
import java.util.Locale;

/** Why an endpoint does not do what it is asked for, in the same words for every type. */
public final class Refusals {

  private Refusals() {}

  /**
   * It was stopped, and does not start again.
   *
   * @param endpoint its name
   */
  public static EndpointException stopped(String endpoint) {
    return new EndpointException(
        ErrorCode.ENDPOINT_STOPPED, "endpoint '" + endpoint + "' has been stopped");
  }

  /**
   * It was not started yet.
   *
   * @param endpoint its name
   */
  public static EndpointException notStarted(String endpoint) {
    return EndpointException.retryable(
        ErrorCode.UNAVAILABLE, "endpoint '" + endpoint + "' is not started");
  }

  /**
   * Its configuration leaves out what a mode needs.
   *
   * @param endpoint its name
   */
  public static EndpointException disabled(String endpoint, Mode mode) {
    return new EndpointException(
        ErrorCode.MODE_DISABLED,
        "endpoint '%s' does not %s: its configuration does not enable it"
            .formatted(endpoint, mode.name().toLowerCase(Locale.ROOT)));
  }
}
