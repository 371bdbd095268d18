/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Hosted endpoints: the stable handles that hosts use, and the replacement of the generations
 * behind them. Depends on the packages of traffic ({@code stream}, {@code publish},
 * {@code exchange}), {@code generation} and {@code control}; knows nothing of Config Admin or the
 * service registry.
 */
package io.sluice.endpoint.runtime.internal.endpoint;
