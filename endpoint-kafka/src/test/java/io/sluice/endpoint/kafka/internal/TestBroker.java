/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.tck.broker.FaultProxy;
import io.sluice.endpoint.tck.broker.KafkaBroker;

/**
 * The broker that the test classes of this module share, behind a proxy that breaks connections. It
 * starts with the first that needs it and ends with the test's process.
 */
final class TestBroker {

  private static TestBroker shared;

  private final FaultProxy proxy = FaultProxy.toFreePort();
  private final KafkaBroker broker = KafkaBroker.builder().behind(proxy).start();
  private final KafkaTopics topics = new KafkaTopics(broker.internalServers());

  private TestBroker() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  static synchronized TestBroker shared() {
    if (shared == null) {
      shared = new TestBroker();
    }
    return shared;
  }

  /** Where endpoints come in. */
  String servers() {
    return broker.bootstrapServers();
  }

  /** Breaks the connections of endpoints, not those of {@link #topics()}. */
  FaultProxy proxy() {
    return proxy;
  }

  KafkaTopics topics() {
    return topics;
  }

  private void close() {
    broker.close();
    proxy.close();
  }
}
