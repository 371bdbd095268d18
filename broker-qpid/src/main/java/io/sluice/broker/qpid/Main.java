/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.qpid;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.SystemConfig;

/**
 * Apache Qpid Broker-J, which speaks AMQP 0-9-1, on loopback, until it is told to end.
 *
 * <p>Says {@code qpid ready 127.0.0.1:PORT} on standard output, and nothing else there, as soon as
 * clients are served. The user is {@code guest} with the password {@code guest}, the one virtual
 * host {@code default}, which is also {@code /}. Durable queues and persistent messages survive a
 * crash. Ends on SIGTERM; on request also when standard input ends, so that it never outlives the
 * process that started it. {@link Options} has what can be asked for.
 */
public final class Main {

  private static final int USAGE = 2;

  private Main() {}

  /** Runs the broker. */
  public static void main(String[] arguments) {
    Options options = parse(arguments);
    try {
      run(options);
    } catch (Throwable failed) {
      // Any: the broker's threads would keep the process.
      failed.printStackTrace();
      System.exit(1);
    }
  }

  private static Options parse(String... arguments) {
    try {
      return Options.parse(arguments);
    } catch (IllegalArgumentException invalid) {
      System.err.println(invalid.getMessage());
      System.err.println(Options.USAGE);
      System.exit(USAGE);
      throw invalid;
    }
  }

  private static void run(Options options) throws Exception {
    if (options.untilEof()) {
      endWithInput();
    }
    PrintStream output = System.out;
    // The broker would print there why it cannot start.
    System.setOut(System.err);
    Path data = Files.createDirectories(options.data());
    // Else Derby writes into the folder that the process was started in.
    System.setProperty("derby.stream.error.file", data.resolve("derby.log").toString());
    StartFailure failure = new StartFailure();
    new SystemLauncher(failure).startup(attributes(options));
    failure.check();
    output.println("qpid ready 127.0.0.1:" + options.port());
  }

  private static Map<String, Object> attributes(Options options) {
    return Map.of(
        SystemConfig.TYPE,
        "JSON",
        SystemConfig.INITIAL_CONFIGURATION_LOCATION,
        "classpath:io/sluice/broker/qpid/broker.json",
        SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT,
        false,
        SystemConfig.CONTEXT,
        Map.of(
            SystemConfig.QPID_WORK_DIR,
            options.data().toString(),
            "qpid.amqp_port",
            Integer.toString(options.port()),
            // Else the broker starts without the port that it cannot open.
            Broker.BROKER_FAIL_STARTUP_WITH_ERRORED_CHILD,
            "true"));
  }

  private static void endWithInput() {
    Thread input = new Thread(Main::exitAtEof, "input");
    input.setDaemon(true);
    input.start();
  }

  private static void exitAtEof() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } finally {
      System.exit(0);
    }
  }
}
