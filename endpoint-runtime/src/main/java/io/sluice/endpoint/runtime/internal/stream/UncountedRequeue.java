/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

/** A delivery that can go back for reasons that are not the message's. */
public interface UncountedRequeue {

  /**
   * As {@code nack(REQUEUE)}, but the message is delivered again however often it has been: it is
   * not given up for {@code maxDeliveries}.
   */
  void requeue();
}
