/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The runtime's threads, and what passes the border between host and plugin: calls with their
 * context class loader and time limit, and errors as copies. Depends on no other package of the
 * runtime.
 */
package io.sluice.endpoint.runtime.internal.control;
