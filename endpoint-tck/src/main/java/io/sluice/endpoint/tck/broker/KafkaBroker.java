/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Kafka broker in a process of its own, on loopback.
 *
 * <p>It runs from the folder of jars that the system property {@value #LIBRARY} names. Its ports
 * and data stay the same from start to start; {@link #close()} deletes the data. Not for use by
 * several threads at once.
 */
public final class KafkaBroker extends ForkedBroker {

  /** System property: the folder of the broker's jars, {@code broker-kafka/target/lib}. */
  public static final String LIBRARY = "sluice.broker.kafka";

  private static final String MAIN = "io.sluice.broker.kafka.Main";

  private final Path data;
  private final List<String> command;
  private final ClientPort internalPort = ClientPort.free();
  private final ClientPort port;

  private KafkaBroker(Builder options) {
    super("kafka");
    this.port = options.port;
    this.data = folder().resolve("data");
    this.command = options.command(data, internalPort.own());
  }

  /** What a broker is to be like. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients come in: the proxy if there is one, else the broker itself. */
  public String bootstrapServers() {
    return port.address();
  }

  /**
   * Where the other nodes come in, and clients that go round the proxy and need no password: always
   * plain text.
   */
  public String internalServers() {
    return internalPort.address();
  }

  /** The folder of everything that the broker keeps, logs of partitions among it. */
  public Path data() {
    return data;
  }

  @Override
  List<String> command() {
    return command;
  }

  @Override
  boolean isReady(String line) {
    return line.startsWith("kafka ready ");
  }

  /** What a broker is to be like; by default one of its own, in plain text, on any free port. */
  public static final class Builder {

    private final List<String> options = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private ClientPort port = ClientPort.free();

    private Builder() {}

    /** A server property that overrides the broker's own choice. */
    public Builder set(String property, Object value) {
      settings.put(property, value.toString());
      return this;
    }

    /** A port of the caller's choice. */
    public Builder port(int fixed) {
      port = ClientPort.of(fixed);
      return this;
    }

    /** Clients come through a proxy, and are kept there: the broker takes the port behind it. */
    public Builder behind(FaultProxy proxy) {
      port = ClientPort.behind(proxy);
      return this;
    }

    /** Security protocol of the clients' listener, whose name in properties is {@code clients}. */
    public Builder protocol(String securityProtocol) {
      return option("--protocol", securityProtocol);
    }

    /** A user's credential: {@code SCRAM-SHA-256=[name=…,password=…]}. */
    public Builder scram(String credential) {
      return option("--scram", credential);
    }

    /** A node of a cluster. */
    Builder node(int id, String voters) {
      return option("--node-id", Integer.toString(id)).option("--voters", voters);
    }

    private Builder option(String name, String value) {
      options.addAll(List.of(name, value));
      return this;
    }

    /** Starts a broker; returns when it serves clients. */
    public KafkaBroker start() {
      return started(build());
    }

    KafkaBroker build() {
      return new KafkaBroker(this);
    }

    private List<String> command(Path data, int internalPort) {
      List<String> command = new ArrayList<>(JavaCommand.of(LIBRARY, "broker-kafka", MAIN));
      command.addAll(List.of("--data", data.toString(), "--until-eof"));
      command.addAll(List.of("--port", Integer.toString(port.own())));
      command.addAll(List.of("--internal-port", Integer.toString(internalPort)));
      command.addAll(List.of("--advertise", port.address()));
      command.addAll(options);
      settings.forEach(
          (property, value) -> command.addAll(List.of("--set", property + "=" + value)));
      return command;
    }
  }
}
