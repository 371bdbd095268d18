/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import io.sluice.benchmarks.endpoint.Window;

/** What clients and endpoints have in common; the endpoints have it by default. */
final class Flow {

  /** How many messages may be unconfirmed. */
  static final int CONFIRMS = Window.SIZE;

  /** How many messages may be unacknowledged. */
  static final int PREFETCH = 1024;

  /** How many messages one acknowledgement is for; the endpoint chooses its own number. */
  static final int ACKNOWLEDGE_EVERY = 100;

  private Flow() {}
}
