/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files and the environment of a RabbitMQ node that shares nothing with other nodes of this
 * computer: name server ({@code epmd}), cookie, configuration, data and log are its own.
 */
final class RabbitNode {

  /**
   * The shell becomes the node, so that signals reach the node itself. Its name server, which would
   * leave the group and outlive the node if the node started it, comes first and stays in the
   * group; both end when standard input does.
   */
  private static final String START =
      """
      exec 3<&0
      epmd -port "$ERL_EPMD_PORT" 3<&- &
      epmd=$!
      until epmd -names >/dev/null 2>&1; do sleep 0.02; done
      { cat && kill -KILL $$ $epmd; } <&3 >/dev/null 2>&1 &
      exec "$0" -noinput </dev/null 3<&-
      """;

  private static final String ON_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}";

  private final RabbitCommands commands;
  private final Path folder;
  private final Map<String, String> environment;

  RabbitNode(RabbitCommands commands, Path folder) {
    this.commands = commands;
    this.folder = folder;
    this.environment = environment(folder);
  }

  private static Map<String, String> environment(Path folder) {
    String controlPort = Integer.toString(FreePort.choose());
    Map<String, String> variables = new TreeMap<>();
    variables.put("HOME", home(folder).toString());
    variables.put("LC_ALL", "C.UTF-8");
    variables.put("ERL_CRASH_DUMP", folder.resolve("crash.dump").toString());
    variables.put("ERL_EPMD_PORT", Integer.toString(FreePort.choose()));
    variables.put("ERL_EPMD_ADDRESS", ClientPort.HOST);
    variables.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
    variables.put("RABBITMQ_NODENAME", "sluice@localhost");
    variables.put("RABBITMQ_DIST_PORT", Integer.toString(FreePort.choose()));
    variables.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    variables.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    variables.put("RABBITMQ_LOGS", "-");
    variables.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    variables.put("RABBITMQ_CONFIG_FILE", configuration(folder).toString());
    variables.put("RABBITMQ_CONFIG_FILES", folder.resolve("conf.d").toString());
    variables.put("RABBITMQ_ADVANCED_CONFIG_FILE", advanced(folder).toString());
    variables.put("RABBITMQ_ENABLED_PLUGINS_FILE", plugins(folder).toString());
    variables.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", ON_LOOPBACK);
    // No shell that waits for the node: it becomes the node.
    variables.put("RABBITMQ_ALLOW_INPUT", "true");
    variables.put("RABBITMQ_CTL_ERL_ARGS", ON_LOOPBACK);
    variables.put("RABBITMQ_CTL_DIST_PORT_MIN", controlPort);
    variables.put("RABBITMQ_CTL_DIST_PORT_MAX", controlPort);
    return Map.copyOf(variables);
  }

  private static Path home(Path folder) {
    return folder.resolve("home");
  }

  private static Path configuration(Path folder) {
    return folder.resolve("rabbitmq.conf");
  }

  private static Path advanced(Path folder) {
    return folder.resolve("advanced.config");
  }

  private static Path plugins(Path folder) {
    return folder.resolve("enabled_plugins");
  }

  private static Path definitions(Path folder) {
    return folder.resolve("definitions");
  }

  /** Writes what the node reads at its first start. */
  void write(Map<String, String> settings, Set<String> plugins, RabbitDefinitions definitions) {
    try {
      Path cookie = Files.createDirectories(home(folder)).resolve(".erlang.cookie");
      Files.writeString(cookie, "sluice");
      Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
      Files.write(configuration(folder), lines(settings));
      Files.writeString(advanced(folder), "[].");
      Files.writeString(plugins(folder), plugins + ".");
      Files.createDirectories(definitions(folder));
      Files.writeString(initial(), definitions.json());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private List<String> lines(Map<String, String> settings) {
    List<String> lines = new ArrayList<>(List.of("load_definitions = " + definitions(folder)));
    settings.forEach((key, value) -> lines.add(key + " = " + value));
    return lines;
  }

  /**
   * Keeps the node from reading its definitions again, which would undo what tests have changed.
   */
  void forgetDefinitions() {
    try {
      Files.deleteIfExists(initial());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Path initial() {
    return definitions(folder).resolve("initial.json");
  }

  /** What starts the node. */
  List<String> startCommand() {
    return List.of("sh", "-c", START, commands.server().toString());
  }

  /** What controls the node while it runs. */
  List<String> controlCommand(String... arguments) {
    List<String> command = new ArrayList<>(List.of(commands.control().toString(), "--quiet"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The variables of both commands. */
  Map<String, String> environment() {
    return environment;
  }
}
