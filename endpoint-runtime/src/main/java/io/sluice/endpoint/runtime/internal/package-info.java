/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The root of the runtime: puts the parts of the packages below together and ends them. Nothing
 * below depends on it. May depend on all other packages.
 */
package io.sluice.endpoint.runtime.internal;
