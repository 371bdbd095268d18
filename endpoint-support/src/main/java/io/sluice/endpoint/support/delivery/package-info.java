/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Hands deliveries to one subscriber: demand, serial signals, fairness, termination, as the
 * Reactive Streams specification has it; and knows the consumers of an endpoint. Rule numbers in
 * comments refer to version 1.0.4 of the specification.
 *
 * <p>May depend on {@code concurrent} and, to refuse, on {@code lifecycle}. Knows nothing of
 * settlement or of a broker.
 */
package io.sluice.endpoint.support.delivery;
