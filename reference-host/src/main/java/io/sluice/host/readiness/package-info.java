/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Tells the launcher when the host is ready. The launcher is outside the framework and shares no
 * class with it, so that it asks through a JDK type.
 *
 * <p>Depends on the HTTP face ({@code http}), the dropped-in bundles ({@code dropin}) and the
 * endpoint runtime; nothing depends on it.
 */
package io.sluice.host.readiness;
