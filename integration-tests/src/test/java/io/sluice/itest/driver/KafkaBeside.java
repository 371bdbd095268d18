/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import io.sluice.endpoint.tck.broker.KafkaBroker;
import io.sluice.itest.host.KafkaTopic;

/** The Kafka broker beside the frameworks: one a run, for those who need it. */
final class KafkaBeside {

  private static KafkaBroker broker;

  private KafkaBeside() {}

  /** Once a run; ends with it. */
  static synchronized void start() {
    if (broker == null) {
      broker = KafkaBroker.builder().start();
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
      System.setProperty(KafkaTopic.BOOTSTRAP_SERVERS, broker.bootstrapServers());
    }
  }
}
