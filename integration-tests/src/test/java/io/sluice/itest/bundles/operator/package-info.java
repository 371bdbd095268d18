/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** A bundle of an operator's, which listens to the runtime and acts on it. */
package io.sluice.itest.bundles.operator;
