/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What an endpoint can know of the bundle that it is in, without the OSGi API.
 *
 * <p>Depends on the JDK alone.
 */
package io.sluice.endpoint.support.bundle;
