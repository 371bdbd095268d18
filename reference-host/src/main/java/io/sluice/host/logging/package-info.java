/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Brings what bundles say to the OSGi Log Service into the host's one log.
 *
 * <p>Depends on the Log Service's API and SLF4J; nothing depends on it.
 */
package io.sluice.host.logging;
