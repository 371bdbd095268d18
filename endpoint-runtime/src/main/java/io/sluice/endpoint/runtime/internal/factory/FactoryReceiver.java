/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.factory;

import java.util.concurrent.CompletionStage;

/** Hears of factories, on the control thread. */
public interface FactoryReceiver {

  /** A factory has come and said what it serves. */
  void factoryArrived(ServedType served);

  /**
   * A factory that had {@linkplain #factoryArrived arrived} leaves.
   *
   * @param mayReturn whether another version of its bundle may come soon: always, unless the
   *     framework stops
   * @return completes, bounded, when no endpoint of it is left
   */
  CompletionStage<Void> factoryLeft(ServedType served, boolean mayReturn);
}
