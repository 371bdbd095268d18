/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import io.sluice.endpoint.tck.broker.AmqpBroker;
import io.sluice.endpoint.tck.broker.QpidBroker;
import io.sluice.endpoint.tck.broker.RabbitBroker;

/** Starts the broker of AMQP 0-9-1 that is there: RabbitMQ where it is installed, else Qpid. */
final class AmqpBrokers {

  private AmqpBrokers() {}

  static AmqpBroker start() {
    AmqpBroker broker =
        RabbitBroker.isInstalled() ? RabbitBroker.builder().start() : QpidBroker.builder().start();
    System.out.println("The broker of AMQP 0-9-1 is " + broker.name());
    return broker;
  }
}
