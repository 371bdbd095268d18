/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

/** When a consumed message counts as done for the backend. Does not grow within 1.x. */
public enum Qos {
  /** Fire and forget: nothing is settled, and messages may be dropped (and are then counted). */
  NONE,
  /** The default: a message is settled when {@code onNext} has returned. */
  AUTO,
  /** A message is settled before it is delivered: a crash may lose it, nothing repeats it. */
  AT_MOST_ONCE,
  /** A message is settled by {@link Delivery#ack()}: a crash repeats it, nothing loses it. */
  AT_LEAST_ONCE
}
