/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Bodies of exchanges, as publishers of buffers. Uses no other package of this library.
 */
package io.sluice.endpoint.support.exchange;
