/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What test code inside the frameworks works with: the host, bundle files in many versions, readers
 * and the search for traces.
 */
package io.sluice.itest.host;
