/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/** What a {@link Backend} can do beyond being there. */
public enum Ability {
  /** {@link Backend#send}. */
  SEND,
  /** {@link Backend#receive}. */
  RECEIVE,
  /** {@link Backend#sendMalformed}. */
  SEND_MALFORMED,
  /** {@link Backend#interrupt} and {@link Backend#restore}. */
  INTERRUPT
}
