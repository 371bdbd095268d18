/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns what code threw, or a stage failed with, into the exception that the API speaks. */
public final class Failure {

  private Failure() {}

  /**
   * The endpoint exception behind a failure, without the wrappers of futures.
   *
   * @param failure not null
   * @return the exception itself if it is one, else a new one with {@link ErrorCode#INTERNAL}
   */
  public static EndpointException of(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof EndpointException known
        ? known
        : new EndpointException(ErrorCode.INTERNAL, String.valueOf(cause), false, cause);
  }
}
