/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Qpid Broker-J, as clients see it. */
@Timeout(120)
class QpidBrokerTest extends AmqpBrokerContract<QpidBroker> {

  private static QpidBroker broker;

  @BeforeAll
  static void start() {
    broker = QpidBroker.builder().start();
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Override
  QpidBroker broker() {
    return broker;
  }

  @Override
  QpidBroker startBehind(FaultProxy proxy) {
    return QpidBroker.builder().behind(proxy).start();
  }

  @Test
  void quotesTheBrokerThatDoesNotStart() {
    assertThatThrownBy(() -> QpidBroker.builder().port(broker.port()).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exit code 1")
        .hasMessageContaining("on " + broker.port());
  }
}
