/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** A bundle of a host that consumes. */
package io.sluice.itest.bundles.reader;
