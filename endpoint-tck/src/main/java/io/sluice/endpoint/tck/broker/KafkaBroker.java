/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.file.Path;
import java.time.Duration;
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
public final class KafkaBroker implements AutoCloseable {

  /** System property: the folder of the broker's jars, {@code broker-kafka/target/lib}. */
  public static final String LIBRARY = "sluice.broker.kafka";

  private static final String MAIN = "io.sluice.broker.kafka.Main";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final WorkFolder folder;
  private final Path data;
  private final List<String> command;
  private final int internalPort;
  private final String bootstrapServers;
  private BrokerProcess process;

  private KafkaBroker(Builder options) {
    this.folder = WorkFolder.create("sluice-kafka");
    this.internalPort = FreePort.choose();
    this.bootstrapServers = options.advertised();
    this.data = folder.path().resolve("data");
    this.command = options.command(data, internalPort);
  }

  /** What a broker is to be like. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients come in: the proxy if there is one, else the broker itself. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Where the other nodes come in, and clients that go round the proxy and need no password: always
   * plain text.
   */
  public String internalServers() {
    return local(internalPort);
  }

  /** The folder of everything that the broker keeps, logs of partitions among it. */
  public Path data() {
    return data;
  }

  /** Starts the broker again, on the same port and data; returns when it serves clients. */
  public void start() {
    launch();
    awaitReady();
  }

  /** Starts without waiting: the first nodes of a cluster are ready only when others are there. */
  void launch() {
    if (isRunning()) {
      throw new IllegalStateException("The broker is running already");
    }
    process = BrokerProcess.start(command, folder.newFile("output"));
  }

  void awaitReady() {
    process.awaitReady(line -> line.startsWith("kafka ready "), START_TIMEOUT);
  }

  /** Stops the broker, which must not be frozen, in an orderly way; returns when it has ended. */
  public void stop() {
    process.terminate(STOP_TIMEOUT);
  }

  /** Ends the broker at once, as a crash does. */
  public void kill() {
    process.kill();
  }

  /** Halts the broker: its connections stay open, and it answers nothing. */
  public void freeze() {
    process.freeze();
  }

  /** Lets a halted broker go on. */
  public void thaw() {
    process.thaw();
  }

  /** Whether the broker's process is there, frozen or not. */
  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Ends the broker, even a frozen one, and deletes its data. */
  @Override
  public void close() {
    if (isRunning()) {
      process.kill();
    }
    folder.delete();
  }

  private static String local(int port) {
    return "127.0.0.1:" + port;
  }

  /** What a broker is to be like; by default one of its own, in plain text, on any free port. */
  public static final class Builder {

    private final List<String> options = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private int port = FreePort.choose();
    private String advertised;

    private Builder() {}

    /** A server property that overrides the broker's own choice. */
    public Builder set(String property, Object value) {
      settings.put(property, value.toString());
      return this;
    }

    /** A port of the caller's choice. */
    public Builder port(int fixed) {
      port = fixed;
      return this;
    }

    /** Clients come through a proxy, and are kept there: the broker takes the port behind it. */
    public Builder behind(FaultProxy proxy) {
      port = proxy.targetPort();
      advertised = proxy.address();
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
      KafkaBroker broker = build();
      try {
        broker.start();
        return broker;
      } catch (RuntimeException failed) {
        broker.close();
        throw failed;
      }
    }

    KafkaBroker build() {
      return new KafkaBroker(this);
    }

    private String advertised() {
      return advertised == null ? local(port) : advertised;
    }

    private List<String> command(Path data, int internalPort) {
      List<String> command = new ArrayList<>(JavaCommand.of(LIBRARY, "broker-kafka", MAIN));
      command.addAll(List.of("--data", data.toString(), "--until-eof"));
      command.addAll(List.of("--port", Integer.toString(port)));
      command.addAll(List.of("--internal-port", Integer.toString(internalPort)));
      command.addAll(List.of("--advertise", advertised()));
      command.addAll(options);
      settings.forEach(
          (property, value) -> command.addAll(List.of("--set", property + "=" + value)));
      return command;
    }
  }
}
