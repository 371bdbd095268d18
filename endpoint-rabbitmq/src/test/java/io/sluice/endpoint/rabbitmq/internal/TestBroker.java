/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.tck.broker.AmqpBroker;
import io.sluice.endpoint.tck.broker.FaultProxy;
import io.sluice.endpoint.tck.broker.QpidBroker;
import io.sluice.endpoint.tck.broker.RabbitBroker;

/** A broker behind a proxy that breaks connections, one of each kind for all tests of a JVM. */
final class TestBroker {

  /** More than this in a message is refused by the shared RabbitMQ. */
  static final int MAX_MESSAGE_BYTES = 200_000;

  private static TestBroker rabbit;
  private static TestBroker qpid;

  private final FaultProxy proxy;
  private final AmqpBroker broker;
  private final AmqpPeer peer;

  private TestBroker(FaultProxy proxy, AmqpBroker broker) {
    this.proxy = proxy;
    this.broker = broker;
    this.peer = new AmqpPeer(proxy.targetPort());
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** RabbitMQ; skips the test, and says so, where it is not installed. */
  static synchronized TestBroker rabbit() {
    RabbitBroker.assumeInstalled();
    if (rabbit == null) {
      FaultProxy proxy = FaultProxy.toFreePort();
      rabbit =
          new TestBroker(
              proxy,
              RabbitBroker.builder()
                  .behind(proxy)
                  .set("max_message_size", MAX_MESSAGE_BYTES)
                  .start());
    }
    return rabbit;
  }

  /** Qpid Broker-J, which is always there. */
  static synchronized TestBroker qpid() {
    if (qpid == null) {
      FaultProxy proxy = FaultProxy.toFreePort();
      qpid = new TestBroker(proxy, QpidBroker.builder().behind(proxy).start());
    }
    return qpid;
  }

  /** RabbitMQ where it is installed, else Qpid. */
  static TestBroker any() {
    return RabbitBroker.isInstalled() ? rabbit() : qpid();
  }

  AmqpBroker broker() {
    return broker;
  }

  /** Of {@link #rabbit()}. */
  RabbitBroker node() {
    return (RabbitBroker) broker;
  }

  boolean isRabbit() {
    return broker instanceof RabbitBroker;
  }

  /** Breaks the connections of endpoints, not those of {@link #peer()}. */
  FaultProxy proxy() {
    return proxy;
  }

  /** The other side: what tests send and receive, past the proxy. */
  AmqpPeer peer() {
    return peer;
  }

  private void close() {
    peer.close();
    broker.close();
    proxy.close();
  }
}
