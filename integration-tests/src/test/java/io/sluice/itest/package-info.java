/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Sluice inside OSGi frameworks, as built: each class runs on Felix and on Equinox, in a framework
 * of its own.
 */
package io.sluice.itest;
