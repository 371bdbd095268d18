/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Publishes messages within a bounded in-flight window and gives back one receipt each, in order;
 * and sends the dead letters of those that consumers refuse.
 * Rule numbers in comments refer to version 1.0.4 of the Reactive Streams specification.
 *
 * <p>May depend on {@code concurrent}, {@code delivery}, {@code message}, {@code schema} and,
 * to count and refuse, {@code lifecycle}. Knows nothing of a broker.
 */
package io.sluice.endpoint.support.publishing;
