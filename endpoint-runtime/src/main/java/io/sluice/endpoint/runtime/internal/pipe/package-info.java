/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Pipes: endpoint to endpoint, at least once. They use the stable handles like any host would, and
 * depend on the API, {@code runtime}, {@code configuration}, {@code control}, the directory of
 * {@code registry}, and {@code stream} for the requeues that do not count. Endpoints are called by
 * threads that may block, never by the control thread.
 */
package io.sluice.endpoint.runtime.internal.pipe;
