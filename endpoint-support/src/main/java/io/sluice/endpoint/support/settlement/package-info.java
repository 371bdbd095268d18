/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What is delivered and not yet settled: the acknowledgement window with its highest contiguous
 * settled position, redelivery, and the deliveries that consumers settle.
 *
 * <p>May depend on {@code lifecycle} for its counters. Knows nothing of subscriptions or of a
 * broker.
 */
package io.sluice.endpoint.support.settlement;
