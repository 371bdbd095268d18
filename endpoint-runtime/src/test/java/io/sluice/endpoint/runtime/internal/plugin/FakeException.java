/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.plugin;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;

/** An exception of a plugin's own class, with a cause of another. */
public final class FakeException extends EndpointException {

  private static final long serialVersionUID = 1L;

  public FakeException(ErrorCode code, String message) {
    super(code, message, false, new FakeCause());
  }

  private static final class FakeCause extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FakeCause() {
      super("the client library says so");
    }
  }
}
