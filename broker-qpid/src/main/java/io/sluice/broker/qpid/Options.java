/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.qpid;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the command line asks for.
 *
 * @param data folder of everything the broker keeps
 * @param port where clients come in
 * @param untilEof whether to end when standard input does
 */
record Options(Path data, int port, boolean untilEof) {

  static final String USAGE =
      """
      Usage: java -cp 'lib/*' io.sluice.broker.qpid.Main --data DIR --port N
        [--until-eof]""";

  private static final int MAX_PORT = 0xffff;

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

    private final Map<String, String> values = new TreeMap<>();
    private boolean untilEof;

    void take(String name, Iterator<String> words) {
      switch (name) {
        case "--until-eof" -> untilEof = true;
        case "--data", "--port" -> values.put(name, next(name, words));
        default -> throw new IllegalArgumentException("Unknown option " + name);
      }
    }

    private static String next(String name, Iterator<String> words) {
      if (!words.hasNext()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      return words.next();
    }

    Options options() {
      return new Options(Path.of(value("--data")).toAbsolutePath(), port(), untilEof);
    }

    private int port() {
      String text = value("--port");
      try {
        int port = Integer.parseInt(text);
        if (port > 0 && port <= MAX_PORT) {
          return port;
        }
      } catch (NumberFormatException invalid) {
        throw new IllegalArgumentException("--port needs a port, not " + text, invalid);
      }
      throw new IllegalArgumentException("--port needs a port, not " + text);
    }

    private String value(String name) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException(name + " is missing");
      }
      return values.get(name);
    }
  }
}
