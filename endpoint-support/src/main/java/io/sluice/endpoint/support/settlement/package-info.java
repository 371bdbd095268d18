/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The way of messages from a partition or queue to a subscription, and of their settlements back:
 * lanes, the acknowledgement window with its highest contiguous settled position, redelivery, and
 * the pump that tells a broker.
 * {@link io.sluice.endpoint.support.settlement.DeliveryLane} is where to start.
 *
 * <p>May depend on {@code lifecycle} for its counters, on {@code concurrent} for the pump's task,
 * and on {@code schema} for its limits. Knows nothing of subscriptions or of a broker.
 */
package io.sluice.endpoint.support.settlement;
