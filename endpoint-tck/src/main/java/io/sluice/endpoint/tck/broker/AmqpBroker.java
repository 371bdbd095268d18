/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

/**
 * A broker of AMQP 0-9-1 in a process of its own, on loopback: what tests need that run on several.
 *
 * <p>Its port and data stay the same from start to start. Not for use by several threads at once.
 */
public interface AmqpBroker extends AutoCloseable {

  /** Which broker this is, in a word; {@code rabbitmq}, for example. */
  String name();

  /** The host that clients connect to. */
  String host();

  /** The port that clients connect to: that of the proxy if there is one, else the broker's own. */
  int port();

  /** A user who may do everything. */
  String username();

  /** The password that this user has at the first start. */
  String password();

  /** Starts the broker again, on the same port and data; returns when it serves clients. */
  void start();

  /** Stops the broker, which must not be frozen, in an orderly way; returns when it has ended. */
  void stop();

  /**
   * Makes queues, exchanges and bindings that clients have declared until now survive {@link
   * #kill}. Confirmed messages of such a queue survive by themselves.
   */
  void sync();

  /** Ends the broker at once, as a crash does. */
  void kill();

  /** Halts the broker: its connections stay open, and it answers nothing. */
  void freeze();

  /** Lets a halted broker go on. */
  void thaw();

  /** Whether the broker's process is there, frozen or not. */
  boolean isRunning();

  /** Ends the broker, even a frozen one, and deletes its data. */
  @Override
  void close();
}
