/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** A bundle that needs an endpoint type. */
package io.sluice.itest.bundles.needy;
