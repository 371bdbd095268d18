/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** An endpoint bundle that fails on purpose. Its version is that of the bundle. */
@org.osgi.annotation.versioning.Version("1.0.0")
package io.sluice.itest.bundles.faulty;
