/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Bundles in the load folder: a jar that appears is installed and started, one that changes is
 * updated, one that goes is uninstalled, and what cannot be used is reported in one clear line.
 *
 * <p>Depends on FileInstall's API, Config Admin, the framework and the exported part of the endpoint
 * runtime; the readiness of the host depends on it.
 */
package io.sluice.host.dropin;
