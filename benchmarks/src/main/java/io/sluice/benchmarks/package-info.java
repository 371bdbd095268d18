/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** JMH benchmarks of the hot path: what a message costs in time and in allocated bytes. */
package io.sluice.benchmarks;
