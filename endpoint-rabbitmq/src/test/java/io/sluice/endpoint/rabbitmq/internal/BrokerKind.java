/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

/** The brokers that tests run on: RabbitMQ where it is installed, and one of another maker. */
enum BrokerKind {
  RABBITMQ {
    @Override
    TestBroker broker() {
      return TestBroker.rabbit();
    }
  },
  QPID {
    @Override
    TestBroker broker() {
      return TestBroker.qpid();
    }
  };

  /** The broker of this kind; skips the test, and says so, where it is not installed. */
  abstract TestBroker broker();
}
