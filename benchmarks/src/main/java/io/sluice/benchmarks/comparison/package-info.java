/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares ways to do the same work in one JVM: in rounds that are interleaved, so that what
 * disturbs one disturbs the others too, by the ratios within a round.
 */
package io.sluice.benchmarks.comparison;
