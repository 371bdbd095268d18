/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.health;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.support.message.HeaderText;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;

/** The status of one endpoint as a health check. */
final class EndpointHealthCheck implements HealthCheck {

  private final ManagedEndpoint endpoint;

  EndpointHealthCheck(ManagedEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public Result execute() {
    EndpointStatus status = endpoint.status();
    FormattingResultLog log = new FormattingResultLog();
    log.add(
        new org.apache.felix.hc.api.ResultLog.Entry(
            resultOf(status.state()), "%s is %s".formatted(endpoint.name(), status)));
    status.violations().forEach(violation -> log.info("{}", violation));
    status.warnings().forEach(warning -> log.info("{}", warning));
    status.lastError().ifPresent(error -> log.info("last error {}", error));
    status.details().forEach((name, value) -> log.debug("{}: {}", name, HeaderText.of(value)));
    return new Result(log);
  }

  private static Result.Status resultOf(EndpointState state) {
    return switch (state) {
      case UP -> Result.Status.OK;
      case DEGRADED -> Result.Status.WARN;
      case STARTING, DRAINING -> Result.Status.TEMPORARILY_UNAVAILABLE;
      case UNSATISFIED, INVALID, DOWN, FAILED, STOPPED -> Result.Status.CRITICAL;
    };
  }
}
