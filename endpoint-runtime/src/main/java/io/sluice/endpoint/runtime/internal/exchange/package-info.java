/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Exchanges, bridged so that neither side keeps an object of the other once an exchange is over or
 * its generation gone. Rule numbers in comments refer to version 1.0.4 of the Reactive Streams
 * specification.
 *
 * <p>Depends on {@code control} and {@code generation}.
 */
package io.sluice.endpoint.runtime.internal.exchange;
