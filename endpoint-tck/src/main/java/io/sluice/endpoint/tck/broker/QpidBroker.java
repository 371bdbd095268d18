/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * An Apache Qpid Broker-J in a process of its own, on loopback.
 *
 * <p>It runs from the folder of jars that the system property {@value #LIBRARY} names. The user is
 * {@code guest} with the password {@code guest}, the one virtual host {@code default}, which is
 * also {@code /}. Its port and data stay the same from start to start; {@link #close()} deletes the
 * data. Not for use by several threads at once.
 */
public final class QpidBroker extends ForkedBroker implements AmqpBroker {

  /** System property: the folder of the broker's jars, {@code broker-qpid/target/lib}. */
  public static final String LIBRARY = "sluice.broker.qpid";

  private static final String MAIN = "io.sluice.broker.qpid.Main";

  private final ClientPort port;

  private QpidBroker(Builder options) {
    super("qpid");
    this.port = options.port;
  }

  /** What a broker is to be like. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String host() {
    return ClientPort.HOST;
  }

  @Override
  public int port() {
    return port.seen();
  }

  @Override
  public String username() {
    return "guest";
  }

  @Override
  public String password() {
    return "guest";
  }

  /** Nothing: the broker answers a client when what it has declared is on disk. */
  @Override
  public void sync() {}

  @Override
  List<String> command() {
    List<String> command = new ArrayList<>(JavaCommand.of(LIBRARY, "broker-qpid", MAIN));
    command.addAll(List.of("--data", folder().resolve("data").toString(), "--until-eof"));
    command.addAll(List.of("--port", Integer.toString(port.own())));
    return command;
  }

  @Override
  boolean isReady(String line) {
    return line.startsWith("qpid ready ");
  }

  /** What a broker is to be like; by default on any free port. */
  public static final class Builder {

    private ClientPort port = ClientPort.free();

    private Builder() {}

    /** A port of the caller's choice. */
    public Builder port(int fixed) {
      port = ClientPort.of(fixed);
      return this;
    }

    /** Clients come through a proxy: the broker takes the port behind it. */
    public Builder behind(FaultProxy proxy) {
      port = ClientPort.behind(proxy);
      return this;
    }

    /** Starts a broker; returns when it serves clients. */
    public QpidBroker start() {
      return started(new QpidBroker(this));
    }
  }
}
