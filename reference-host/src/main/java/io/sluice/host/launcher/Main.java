/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program: options in, one line out when the host is ready, and a clean stop. */
public final class Main {

  private static final Logger LOG = Logger.getLogger(Main.class.getName());
  private static final String HOME = "sluice.home";
  private static final int BACKLOG = 1;

  private Main() {}

  /** Runs the host until it is stopped; exits with 0, or with 1 or 2 if it cannot start. */
  public static void main(String[] arguments) {
    try {
      Options options = Options.parse(arguments);
      switch (options.request()) {
        case HELP -> System.out.print(Options.HELP);
        case VERSION -> System.out.println("sluice " + version());
        default -> run(options);
      }
    } catch (StartException failed) {
      LOG.log(Level.FINE, "start failed", failed);
      System.err.println("gateway: " + failed.getMessage());
      System.exit(failed.exitCode());
    } catch (InterruptedException interrupted) {
      System.exit(StartException.FAILED);
    }
  }

  private static void run(Options options) throws StartException, InterruptedException {
    PrintStream out = System.out;
    boolean terminal = System.console() != null;
    boolean shell = options.shell() && terminal;
    if (!shell) {
      System.setOut(System.err); // standard output carries the ready line and nothing else
    }
    Logging.configure(options.logLevel());
    checkPort(options);
    Folders folders = Folders.prepare(home(), options);
    Shutdown shutdown = Shutdown.register(folders);
    try {
      Map<String, String> placeholders = options.demo() ? demo(folders, shutdown) : Map.of();
      HostFramework framework = HostFramework.start(folders, options, shell, placeholders);
      shutdown.stops(framework);
      String url = framework.awaitReady();
      warnIfPublic(options);
      out.println("sluice ready " + url + " load=" + folders.load());
      out.flush();
      if (options.demo()) {
        Welcome.toDemo(url, folders.load(), System.err).show();
      } else if (options.load().isEmpty()) {
        Welcome.toDefault(url, folders.load(), System.err).show();
      }
      framework.awaitStop();
    } catch (StartException failed) {
      shutdown.exitsWith(failed.exitCode());
      throw failed;
    }
    System.exit(0);
  }

  /** Starts the broker; what configurations can know of it. */
  private static Map<String, String> demo(Folders folders, Shutdown shutdown)
      throws StartException, InterruptedException {
    DemoBroker broker = DemoBroker.start(System.getProperty(DemoBroker.LIBRARY), folders.broker());
    shutdown.stops(broker);
    return Map.of(DemoBroker.ADDRESS, broker.awaitReady());
  }

  /** Finds out before anything is started whether the HTTP face will get its port. */
  private static void checkPort(Options options) throws StartException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          new InetSocketAddress(InetAddress.getByName(options.listen()), options.port()), BACKLOG);
    } catch (IOException unusable) {
      throw StartException.failed(
          "cannot listen on "
              + options.listen()
              + ":"
              + options.port()
              + ": "
              + unusable.getMessage(),
          unusable);
    }
  }

  private static void warnIfPublic(Options options) {
    try {
      if (!InetAddress.getByName(options.listen()).isLoopbackAddress()) {
        LOG.log(
            Level.WARNING,
            "listening on {0}: all who reach this address can read and publish messages",
            options.listen());
      }
    } catch (IOException unknown) {
      throw new IllegalStateException("the address was looked up before", unknown);
    }
  }

  private static Path home() throws StartException {
    String home = System.getProperty(HOME);
    if (home == null) {
      throw StartException.failed(
          "the system property " + HOME + " names no folder; use ./gateway", null);
    }
    return Path.of(home);
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not built)" : version;
  }
}
