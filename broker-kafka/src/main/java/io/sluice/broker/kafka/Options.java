/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the command line asks for.
 *
 * @param data folder of everything the node keeps
 * @param port where clients come in; 0 for the one used before on this data, else any free one
 * @param internalPort listener of the other nodes, and of clients that go round a proxy; 0 likewise
 * @param advertised where clients are told to come instead, as a proxy has it
 * @param protocol security protocol of the clients' listener; the others stay in plain text
 * @param nodeId which of the voters this node is
 * @param voters all nodes of the cluster by their controller ports; unless given, this node alone
 * @param scram credentials in the words of Kafka's storage tool, made when the folder is formatted
 * @param settings server properties that override the generated ones
 * @param untilEof whether to end when standard input does
 */
record Options(
    Path data,
    int port,
    int internalPort,
    Optional<String> advertised,
    String protocol,
    int nodeId,
    Optional<String> voters,
    List<String> scram,
    Map<String, String> settings,
    boolean untilEof) {

  static final String USAGE =
      """
      Usage: java -cp 'lib/*' io.sluice.broker.kafka.Main --data DIR
        [--port N] [--internal-port N] [--advertise HOST:PORT] [--protocol PROTOCOL]
        [--node-id N] [--voters ID@HOST:PORT,...] [--scram CREDENTIAL]...
        [--set KEY=VALUE]... [--until-eof]""";

  Options {
    scram = List.copyOf(scram);
    settings = Map.copyOf(settings);
  }

  /** Reads a command line; {@link IllegalArgumentException} says what is wrong with it. */
  static Options parse(String... arguments) {
    Parser parser = new Parser();
    Iterator<String> words = List.of(arguments).iterator();
    while (words.hasNext()) {
      parser.take(words.next(), words);
    }
    return parser.options();
  }

  private static final class Parser {

    private final Map<String, String> single = new TreeMap<>();
    private final List<String> scram = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private boolean untilEof;

    void take(String name, Iterator<String> words) {
      switch (name) {
        case "--until-eof" -> untilEof = true;
        case "--scram" -> scram.add(value(name, words));
        case "--set" -> addSetting(value(name, words));
        case "--data",
            "--port",
            "--internal-port",
            "--advertise",
            "--protocol",
            "--node-id",
            "--voters" ->
            single.put(name, value(name, words));
        default -> throw new IllegalArgumentException("Unknown option " + name);
      }
    }

    private static String value(String name, Iterator<String> words) {
      if (!words.hasNext()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      return words.next();
    }

    private void addSetting(String setting) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--set needs KEY=VALUE, not " + setting);
      }
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }

    Options options() {
      if (!single.containsKey("--data")) {
        throw new IllegalArgumentException("--data is missing");
      }
      return new Options(
          Path.of(single.get("--data")).toAbsolutePath(),
          number("--port", 0),
          number("--internal-port", 0),
          Optional.ofNullable(single.get("--advertise")),
          single.getOrDefault("--protocol", "PLAINTEXT"),
          number("--node-id", 1),
          Optional.ofNullable(single.get("--voters")),
          scram,
          settings,
          untilEof);
    }

    private int number(String name, int otherwise) {
      String text = single.getOrDefault(name, Integer.toString(otherwise));
      try {
        return Integer.parseUnsignedInt(text);
      } catch (NumberFormatException invalid) {
        throw new IllegalArgumentException(name + " needs a number, not " + text, invalid);
      }
    }
  }
}
