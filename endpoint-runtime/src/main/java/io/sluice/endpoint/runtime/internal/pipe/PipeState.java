/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Violation;
import java.time.Instant;
import java.util.List;

/**
 * State and last error of a pipe. The state is written by the control thread; everything else may
 * be called by any.
 */
final class PipeState {

  private final List<Violation> violations;
  private final List<String> warnings;
  private volatile EndpointStatus entered;
  private volatile EndpointError lastError;

  PipeState(List<Violation> violations, List<String> warnings) {
    this.violations = violations;
    this.warnings = warnings;
    enter(EndpointState.STARTING, "");
  }

  void enter(EndpointState state, String reason) {
    EndpointStatus present = entered;
    if (present == null || present.state() != state || !present.reason().equals(reason)) {
      entered =
          EndpointStatus.builder(state, Instant.now())
              .reason(reason)
              .violations(violations)
              .warnings(warnings)
              .build();
    }
  }

  void error(Throwable cause) {
    EndpointException error =
        cause instanceof EndpointException known
            ? known
            : new EndpointException(ErrorCode.INTERNAL, String.valueOf(cause.getMessage()));
    lastError = EndpointError.of(error, Instant.now());
  }

  EndpointState state() {
    return entered.state();
  }

  EndpointStatus status(EndpointCounters counters) {
    return entered.toBuilder().lastError(lastError).counters(counters).build();
  }
}
