/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

/** One way to do the work that is compared. */
public interface Contestant {

  /** What the report calls it. */
  String name();

  /**
   * Does the work once. Prepares, starts the clock with the first message, stops it with the last,
   * and leaves nothing running.
   *
   * @param messages how many messages the clock is to cover
   */
  void run(long messages, Clock clock) throws Exception;
}
