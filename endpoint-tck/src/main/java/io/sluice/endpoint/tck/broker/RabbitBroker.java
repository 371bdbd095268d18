/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A RabbitMQ node in a process of its own, on loopback.
 *
 * <p>It runs the commands that are installed in {@code /usr/lib/rabbitmq/bin}, or in the folder
 * that the system property {@value #COMMANDS} names, with Erlang on the path; no installed
 * configuration and no running service has an effect on it. User {@code guest} with the password
 * {@code guest} may do everything in the virtual host {@code /}. Its ports and data stay the same
 * from start to start; {@link #close()} deletes the data. Not for use by several threads at once.
 */
public final class RabbitBroker extends ForkedBroker implements AmqpBroker {

  /** System property: the folder of {@code rabbitmq-server} and {@code rabbitmqctl}. */
  public static final String COMMANDS = "sluice.rabbitmq";

  private static final String GUEST = "guest";
  private static final String DEFAULT_VIRTUAL_HOST = "/";
  private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(30);

  private final RabbitNode node;
  private final ClientPort port;
  private final ClientPort tlsPort;

  private RabbitBroker(Builder options) {
    super("rabbitmq");
    this.port = options.port;
    this.tlsPort = options.tlsPort;
    this.node = new RabbitNode(RabbitCommands.of(COMMANDS), folder());
    node.write(options.settings(), options.plugins, options.definitions());
  }

  /** Whether RabbitMQ is installed, so that brokers can be started. */
  public static boolean isInstalled() {
    return RabbitCommands.of(COMMANDS).arePresent();
  }

  /** Skips the test that calls it, with the reason, if RabbitMQ is not installed. */
  public static void assumeInstalled() {
    assumeTrue(
        isInstalled(),
        () ->
            "RabbitMQ and Erlang are not installed (%s; -D%s names another folder)"
                .formatted(RabbitCommands.of(COMMANDS).folder(), COMMANDS));
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

  /** The port for clients that use TLS; it answers only if the broker was given a certificate. */
  public int tlsPort() {
    return tlsPort.seen();
  }

  @Override
  public String username() {
    return GUEST;
  }

  @Override
  public String password() {
    return GUEST;
  }

  @Override
  List<String> command() {
    return node.startCommand();
  }

  @Override
  Map<String, String> environment() {
    return node.environment();
  }

  /** The end of the line that the node begins when it starts. */
  @Override
  boolean isReady(String line) {
    return line.startsWith(" completed with ");
  }

  @Override
  public void start() {
    super.start();
    node.forgetDefinitions();
  }

  /** {@inheritDoc} Else a crash takes along the declarations of the last two seconds. */
  @Override
  public void sync() {
    ctl("eval", "ok = mnesia:sync_log().");
  }

  /**
   * Runs {@code rabbitmqctl} for this broker, which must be running and not frozen; takes a third
   * of a second or more.
   *
   * @return what the command said
   * @throws IllegalStateException if the command failed; it quotes what the command said
   */
  public String ctl(String... arguments) {
    Path output = newFile("ctl");
    ProcessGroup control =
        ProcessGroup.start(node.controlCommand(arguments), node.environment(), output);
    try {
      boolean ended = control.leader().waitFor(CONTROL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      String said = Files.readString(output);
      if (!ended || control.leader().exitValue() != 0) {
        throw new IllegalStateException(
            "rabbitmqctl %s failed:%n%s".formatted(String.join(" ", arguments), said));
      }
      return said;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } finally {
      control.kill();
    }
  }

  /** Adds a user, who may do nothing as yet. */
  public void addUser(String name, String password) {
    ctl("add_user", name, password);
  }

  /** Changes a user's password; open connections stay. */
  public void changePassword(String name, String password) {
    ctl("change_password", name, password);
  }

  /** Sets what a user may do in a virtual host: patterns for the names of queues and exchanges. */
  public void setPermissions(
      String user, String vhost, String configure, String write, String read) {
    ctl("set_permissions", "--vhost", vhost, user, configure, write, read);
  }

  /** Adds a virtual host, in which nobody may do anything as yet. */
  public void addVhost(String name) {
    ctl("add_vhost", name);
  }

  /** Raises or clears the memory alarm: while it lasts, connections that publish are blocked. */
  public void setMemoryAlarm(boolean raised) {
    ctl("set_vm_memory_high_watermark", raised ? "0.0000001" : "0.4");
  }

  /** Raises or clears the disk alarm: while it lasts, connections that publish are blocked. */
  public void setDiskAlarm(boolean raised) {
    ctl("set_disk_free_limit", raised ? "1000000GB" : "1MB");
  }

  /** Closes all connections, as an operator does; clients are told the reason. */
  public void closeConnections(String reason) {
    ctl("close_all_connections", "--global", reason);
  }

  /** Deletes a queue of the virtual host {@code /}, whoever uses it. */
  public void deleteQueue(String name) {
    ctl("delete_queue", name);
  }

  /** What a broker is to be like; by default in plain text, on any free port. */
  public static final class Builder {

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Set<String> plugins = new TreeSet<>();
    private final Map<String, String> users = new TreeMap<>(Map.of(GUEST, GUEST));
    private final Set<String> virtualHosts = new TreeSet<>(Set.of(DEFAULT_VIRTUAL_HOST));
    private ClientPort port = ClientPort.free();
    private ClientPort tlsPort = ClientPort.free();

    private Builder() {}

    /** A line of {@code rabbitmq.conf}, which overrides the broker's own choice. */
    public Builder set(String key, Object value) {
      settings.put(key, value.toString());
      return this;
    }

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

    /** Clients that use TLS come through a proxy: the broker takes the port behind it. */
    public Builder tlsBehind(FaultProxy proxy) {
      tlsPort = ClientPort.behind(proxy);
      return this;
    }

    /** A user beside {@code guest}, who may do everything in the virtual hosts of this builder. */
    public Builder user(String name, String password) {
      users.put(name, password);
      return this;
    }

    /** A virtual host beside {@code /}. */
    public Builder vhost(String name) {
      virtualHosts.add(name);
      return this;
    }

    /**
     * A second port, where clients use TLS and are not asked for certificates.
     *
     * @param authorities whom the broker trusts to sign clients' certificates, in PEM
     * @param certificate the broker's own, with its chain, in PEM
     * @param key the key of that certificate, in PEM
     */
    public Builder tls(Path authorities, Path certificate, Path key) {
      set("ssl_options.cacertfile", authorities);
      set("ssl_options.certfile", certificate);
      set("ssl_options.keyfile", key);
      return set("ssl_options.verify", "verify_none");
    }

    /** Clients that use TLS must show a certificate. */
    public Builder verifyPeer() {
      set("ssl_options.verify", "verify_peer");
      return set("ssl_options.fail_if_no_peer_cert", true);
    }

    /**
     * Clients that use TLS may log in by their certificate (mechanism {@code EXTERNAL}), as the
     * user whom its common name names and whom the caller adds.
     */
    public Builder external() {
      plugins.add("rabbitmq_auth_mechanism_ssl");
      set("auth_mechanisms.1", "PLAIN");
      set("auth_mechanisms.2", "AMQPLAIN");
      set("auth_mechanisms.3", "EXTERNAL");
      set("ssl_options.verify", "verify_peer");
      return set("ssl_cert_login_from", "common_name");
    }

    /** Starts a broker; returns when it serves clients. */
    public RabbitBroker start() {
      return started(new RabbitBroker(this));
    }

    private Map<String, String> settings() {
      Map<String, String> all = new LinkedHashMap<>();
      all.put("listeners.tcp.1", ClientPort.HOST + ":" + port.own());
      if (settings.containsKey("ssl_options.certfile")) {
        all.put("listeners.ssl.1", ClientPort.HOST + ":" + tlsPort.own());
      }
      all.putAll(settings);
      return all;
    }

    private RabbitDefinitions definitions() {
      return new RabbitDefinitions(users, virtualHosts);
    }
  }
}
