/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The life of one endpoint: its state with reason and last error, its counters, why it
 * refuses, the watch for troubles, the delays between its attempts to connect, and the wait for
 * what it drains.
 *
 * <p>May depend on {@code concurrent} and {@code schema}. Knows nothing of messages or of a broker.
 */
package io.sluice.endpoint.support.lifecycle;
