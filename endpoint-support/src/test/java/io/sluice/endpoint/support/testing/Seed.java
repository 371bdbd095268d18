/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.testing;

import java.util.SplittableRandom;

/** Chance for race tests, which can be replayed: {@code -Dsluice.seed=…} takes the printed seed. */
public final class Seed {

  private Seed() {}

  public static SplittableRandom random(Class<?> test) {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + " runs with -Dsluice.seed=" + seed);
    return new SplittableRandom(seed);
  }
}
