/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

/** What an endpoint can be used for. Does not grow within 1.x. */
public enum Mode {
  /** Messages are read from the backend: {@link MessageEndpoint#consume}. */
  CONSUME,
  /** Messages are written to the backend: {@link MessageEndpoint#publish}. */
  PUBLISH,
  /** Requests are answered by the backend: {@link ProxyEndpoint#exchange}. */
  EXCHANGE
}
