/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;

/** Assertions on an {@link EndpointStatus}; {@link EndpointAssertions} makes them. */
public final class EndpointStatusAssert
    extends AbstractAssert<EndpointStatusAssert, EndpointStatus> {

  EndpointStatusAssert(EndpointStatus actual) {
    super(actual, EndpointStatusAssert.class);
  }

  /** It is connected and works. */
  public EndpointStatusAssert isUp() {
    return hasState(EndpointState.UP);
  }

  /** It is not connected. */
  public EndpointStatusAssert isDown() {
    return hasState(EndpointState.DOWN);
  }

  /** It takes in nothing more, and finishes what is under way. */
  public EndpointStatusAssert isDraining() {
    return hasState(EndpointState.DRAINING);
  }

  /** It was not started, or stopped. */
  public EndpointStatusAssert isStopped() {
    return hasState(EndpointState.STOPPED);
  }

  /** It is in a state. */
  public EndpointStatusAssert hasState(EndpointState state) {
    isNotNull();
    if (actual.state() != state) {
      failWithMessage("Expected the state %s, and it is <%s>", state, actual);
    }
    return this;
  }

  /** It gives people a reason for its state. */
  public EndpointStatusAssert hasReason() {
    isNotNull();
    if (actual.reason().isBlank()) {
      failWithMessage("Expected a reason for the state %s, and there is none", actual.state());
    }
    return this;
  }

  /** Its last error, overcome or not, has a code. */
  public EndpointStatusAssert hasLastError(ErrorCode code) {
    isNotNull();
    Optional<EndpointError> error = actual.lastError();
    if (error.map(EndpointError::code).filter(code::equals).isEmpty()) {
      failWithMessage("Expected %s as the last error, and it is <%s>", code, error);
    }
    return this;
  }
}
