/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

/** What becomes of a message that a consumer refuses for good: {@code failureStrategy}. */
public enum FailureStrategy {
  /** It is counted and logged, and settled. */
  DISCARD,
  /** A copy goes to a destination of its own; when that is confirmed, the message is settled. */
  DEAD_LETTER,
  /** It is settled, and the subscription ends with an error. */
  FAIL
}
