/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/**
 * Special circumstances that a {@link Backend} can bring about. What it cannot is reported as not
 * supported, and leaves checks out.
 *
 * <p>Grows within 1.x: a switch over it has a {@code default} branch, which returns {@link
 * Backend#unsupported()}.
 */
public enum Situation {
  /** Nobody answers at the configured address. */
  UNREACHABLE,
  /** There are always more messages to consume, at least a hundred thousand of some bytes each. */
  FLOOD,
  /** The backend refuses every message that is published. */
  REFUSES_MESSAGES,
  /** The backend confirms no published message for at least a minute. */
  CONFIRMS_NOTHING,
  /** An exchange is answered with the body and trailers of its request. */
  ECHOES_EXCHANGES,
  /** An exchange is not answered for at least a minute. */
  ANSWERS_LATE
}
