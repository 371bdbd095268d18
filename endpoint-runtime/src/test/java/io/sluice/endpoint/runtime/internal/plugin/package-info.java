/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** A plugin for tests, loaded by a class loader of its own where a test looks for leaks. */
package io.sluice.endpoint.runtime.internal.plugin;
