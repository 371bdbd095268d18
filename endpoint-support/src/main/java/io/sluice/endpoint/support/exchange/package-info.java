/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The exchanges under way at an endpoint, and their bodies as publishers of buffers.
 *
 * <p>May depend on {@code lifecycle}, to count. Knows nothing of a protocol.
 */
package io.sluice.endpoint.support.exchange;
