/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;

/** How the client alone reads and writes. */
public enum Transport {
  /** On threads of its own that block, as by default. */
  BLOCKING("amqp-client"),
  /** By Netty, as the endpoint. */
  NETTY("amqp-client netty()");

  private final String title;

  Transport(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  ConnectionFactory apply(ConnectionFactory factory) {
    return this == NETTY ? factory.netty().connectionFactory() : factory;
  }
}
