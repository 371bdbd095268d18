/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the command line says. Immutable.
 *
 * @param request what to do
 * @param port the port to listen on; 0 picks one
 * @param listen the address to listen on
 * @param load the drop-in folder; empty for the default one
 * @param data the working folder; empty for a temporary one
 * @param secrets the folder whose files are what {@code $[secret:NAME]} stands for; empty for none
 * @param demo whether a broker runs beside the host, with endpoints that use it
 * @param shell whether a shell may be started
 * @param maxBody the largest body of a published message, in bytes
 * @param allowedHosts names by which the host may be called beside its own
 * @param logLevel error, warn, info, debug or trace
 */
record Options(
    Request request,
    int port,
    String listen,
    Optional<Path> load,
    Optional<Path> data,
    Optional<Path> secrets,
    boolean demo,
    boolean shell,
    long maxBody,
    List<String> allowedHosts,
    String logLevel) {

  /** What a command line asks for. */
  enum Request {
    RUN,
    HELP,
    VERSION
  }

  static final String HELP =
      """
      Usage: ./gateway [options]

        --port N             port of the HTTP face; 0 picks one (default 8080)
        --load DIR           drop-in folder for bundles and configurations; filled with the default
                             content if it is empty (default: the folder that the build fills)
        --data DIR           working folder; the framework's part of it is emptied at each start
                             (default: a temporary folder)
        --secrets DIR        folder with a file for each $[secret:NAME] of the configurations
        --demo               with a Kafka broker of its own, which ends with the host, and endpoints
                             that use it; the drop-in folder is then in the working folder, unless
                             --load names one
        --no-shell           no shell, even if standard input is a terminal
        --listen ADDRESS     address to listen on (default 127.0.0.1); all who can reach
                             another one can use this host
        --allow-host HOST    a name or name:port by which the host may be called; repeatable
        --max-body BYTES     largest body of a published message (default 1048576)
        --log-level LEVEL    error, warn, info, debug or trace (default info)
        --help, --version

      When the host is ready it prints one line on standard output:
        sluice ready http://127.0.0.1:PORT load=DIR
      Everything else goes to standard error.
      """;

  private static final int DEFAULT_PORT = 8080;
  private static final int MAX_PORT = 65535;
  private static final long DEFAULT_MAX_BODY_BYTES = 1 << 20;
  private static final List<String> LOG_LEVELS = List.of("error", "warn", "info", "debug", "trace");

  /**
   * Reads a command line.
   *
   * @throws StartException naming what cannot be understood
   */
  static Options parse(String... arguments) throws StartException {
    return new Parser(arguments).parse();
  }

  /** Collects the options of one command line. */
  private static final class Parser {

    private final Deque<String> arguments;
    private final List<String> allowedHosts = new ArrayList<>();
    private Request request = Request.RUN;
    private int port = DEFAULT_PORT;
    private String listen = "127.0.0.1";
    private Path load;
    private Path data;
    private Path secrets;
    private boolean demo;
    private boolean shell = true;
    private long maxBody = DEFAULT_MAX_BODY_BYTES;
    private String logLevel = "info";

    Parser(String... arguments) {
      this.arguments = new ArrayDeque<>(Arrays.asList(arguments));
    }

    Options parse() throws StartException {
      while (!arguments.isEmpty()) {
        option(arguments.pop());
      }
      return new Options(
          request,
          port,
          listen,
          Optional.ofNullable(load),
          Optional.ofNullable(data),
          Optional.ofNullable(secrets),
          demo,
          shell,
          maxBody,
          List.copyOf(allowedHosts),
          logLevel);
    }

    private void option(String argument) throws StartException {
      int equals = argument.indexOf('=');
      String option =
          argument.startsWith("--") && equals > 0 ? argument.substring(0, equals) : argument;
      if (!option.equals(argument)) {
        arguments.push(argument.substring(equals + 1));
      }
      switch (option) {
        case "--port" -> port = (int) number(option, 0, MAX_PORT);
        case "--load" -> load = Path.of(value(option));
        case "--data" -> data = Path.of(value(option));
        case "--secrets" -> secrets = Path.of(value(option));
        case "--listen" -> listen = value(option);
        case "--allow-host" -> allowedHosts.add(value(option));
        case "--max-body" -> maxBody = number(option, 0, Integer.MAX_VALUE - 8L);
        case "--log-level" -> logLevel = logLevel(value(option));
        case "--demo" -> demo = true;
        case "--no-shell" -> shell = false;
        case "--help", "-h" -> request = Request.HELP;
        case "--version" -> request = Request.VERSION;
        default -> throw StartException.usage("unknown option '" + argument + "'");
      }
    }

    private String value(String option) throws StartException {
      if (arguments.isEmpty() || arguments.peek().isBlank()) {
        throw StartException.usage(option + " needs a value");
      }
      return arguments.pop();
    }

    private long number(String option, long min, long max) throws StartException {
      String text = value(option);
      try {
        long number = Long.parseLong(text);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException notANumber) {
        // answered below
      }
      throw StartException.usage(
          option + " needs a number from " + min + " to " + max + ", not '" + text + "'");
    }

    private static String logLevel(String text) throws StartException {
      String level = text.toLowerCase(Locale.ROOT);
      if (!LOG_LEVELS.contains(level)) {
        throw StartException.usage(
            "--log-level needs one of " + String.join(", ", LOG_LEVELS) + ", not '" + text + "'");
      }
      return level;
    }
  }
}
