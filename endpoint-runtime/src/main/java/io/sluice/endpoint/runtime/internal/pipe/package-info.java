/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Pipes: endpoint to endpoint, at least once. They use the stable handles like any host would, and
 * depend on the API, the definitions and the control thread.
 */
package io.sluice.endpoint.runtime.internal.pipe;
