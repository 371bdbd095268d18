/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka node that is broker and controller, on loopback, until it is told to end.
 *
 * <p>Says {@code kafka ready 127.0.0.1:PORT} on standard output, and nothing else there, as soon as
 * clients are served. Ends on SIGTERM; on request also when standard input ends, so that it never
 * outlives the process that started it. {@link Options} has what can be asked for.
 */
public final class Main {

  private static final int USAGE = 2;

  /** Without a quorum Kafka would wait minutes for permission to leave. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(10);

  private Main() {}

  /** Runs the node. */
  public static void main(String[] arguments) {
    Options options = parse(arguments);
    try {
      run(options);
    } catch (Throwable failed) {
      // Any: Scala does not declare what it throws, and Kafka's threads would keep the process.
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

  private static void run(Options options) throws IOException {
    if (options.untilEof()) {
      endWithInput();
    }
    DataFolder folder = new DataFolder(options.data());
    // A node that is killed cannot delete the native libraries that its codecs extract.
    System.setProperty("java.io.tmpdir", folder.temporary().toString());
    Ports ports = Ports.choose(options, folder.properties());
    Properties properties = ServerProperties.of(options, ports);
    folder.write(properties);
    folder.format(options.scram());
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server), "shutdown"));
    server.startup();
    System.out.println("kafka ready 127.0.0.1:" + ports.clients());
    server.awaitShutdown();
  }

  private static void shutDown(KafkaRaftServer server) {
    Thread shutdown = new Thread(server::shutdown, "kafka-shutdown");
    shutdown.start();
    try {
      shutdown.join(SHUTDOWN.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
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
