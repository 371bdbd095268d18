/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Threads of endpoint bundles: who makes them, what they run, and with which context class loader.
 *
 * <p>Depends on the API and the JDK alone; every other package may depend on it.
 */
package io.sluice.endpoint.support.concurrent;
