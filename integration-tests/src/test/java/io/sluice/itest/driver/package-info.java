/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What runs outside the frameworks: which bundles go in, the bundles that only tests need, the
 * broker beside them, and the summary. Nothing here may be used by test code inside.
 */
package io.sluice.itest.driver;
