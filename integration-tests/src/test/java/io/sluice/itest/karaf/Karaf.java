/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.karaf;

import io.sluice.endpoint.tck.broker.FreePort;
import io.sluice.itest.host.BundleFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * The standard distribution of Karaf, unpacked and started for one class of tests: on loopback and
 * free ports, with everything that it writes below one folder, and without a way to download.
 */
final class Karaf extends ExternalResource {

  private static final Path BUILT = Path.of("target", "karaf").toAbsolutePath();
  private static final String USER = "karaf";

  /** What comes with its feature scr for other features, and is not in the distribution. */
  private static final String LEFT_OUT =
      """
      <featuresProcessing xmlns="http://karaf.apache.org/xmlns/features-processing/v1.0.0">
        <blacklistedBundles>
          <bundle>mvn:org.apache.karaf.scr/*</bundle>
          <bundle>mvn:org.apache.felix/org.apache.felix.inventory</bundle>
          <bundle>mvn:org.apache.felix/org.apache.felix.webconsole.plugins.ds</bundle>
        </blacklistedBundles>
      </featuresProcessing>
      """;

  private static final long COMMAND_SECONDS = 60;
  private static final long STOP_SECONDS = 30;

  private final TemporaryFolder folder = new TemporaryFolder();
  private final int sshPort = FreePort.choose();
  private final int registryPort = FreePort.choose();
  private final int serverPort = FreePort.choose();
  private Path home;
  private Process process;

  @Override
  protected void before() throws Exception {
    folder.create();
    home = unpack(folder.getRoot().toPath());
    setUp();
    process = command("bin/karaf", "daemon").redirectOutput(home.resolve("out").toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "karaf-kill"));
  }

  @Override
  protected void after() {
    try {
      if (process != null && !stop()) {
        throw new AssertionError("Karaf did not end when it was told to");
      }
    } finally {
      folder.delete();
    }
  }

  /** Puts a bundle into the folder for bundles. */
  void deploy(BundleFile bundle) throws IOException {
    bundle.copyTo(deployed(bundle));
  }

  /** Deletes a bundle from the folder for bundles. */
  void remove(BundleFile bundle) throws IOException {
    Files.delete(deployed(bundle));
  }

  /** Writes a file into the folder for configurations. */
  void configure(String file, String... lines) throws IOException {
    Files.write(home.resolve("etc").resolve(file), List.of(lines));
  }

  /** Runs commands, one after the other, up to one that fails; returns what they print. */
  String run(String... commands) throws Exception {
    try (Client client = client(commands)) {
      return client.finish(COMMAND_SECONDS);
    }
  }

  /** Starts Karaf's own client, which waits until Karaf lets it in, and runs commands. */
  Client client(String... commands) throws IOException {
    return Client.start(clientWith("-b"), home, commands);
  }

  /** Runs one command that is an argument of Karaf's own client; returns what it prints. */
  String call(String command) throws Exception {
    try (Client client = Client.startWithArguments(clientWith(command), home)) {
      return client.finish(COMMAND_SECONDS);
    }
  }

  private ProcessBuilder clientWith(String argument) {
    String options =
        "-h 127.0.0.1 -a %d -u %s -p %s -r %d -d 1".formatted(sshPort, USER, USER, COMMAND_SECONDS);
    ProcessBuilder client = command("bin/client", options.split(" "));
    client.command().add(argument);
    return client;
  }

  /** Reads an attribute of an endpoint over JMX. */
  Object endpoint(String name, String attribute) throws IOException, JMException {
    try (JMXConnector connector = connect()) {
      return connector
          .getMBeanServerConnection()
          .getAttribute(new ObjectName("io.sluice:type=Endpoint,name=" + name), attribute);
    }
  }

  /** Whether a command is being run: its thread bears its words. */
  boolean runs(String command) throws IOException {
    try (JMXConnector connector = connect()) {
      ThreadMXBean threads =
          ManagementFactory.newPlatformMXBeanProxy(
              connector.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class);
      return Stream.of(threads.dumpAllThreads(false, false))
          .anyMatch(thread -> thread.getThreadName().contains(command));
    }
  }

  private JMXConnector connect() throws IOException {
    JMXServiceURL url =
        new JMXServiceURL(
            "service:jmx:rmi://127.0.0.1:%d/jndi/rmi://127.0.0.1:%d/karaf-root"
                .formatted(serverPort, registryPort));
    Map<String, ?> login = Map.of(JMXConnector.CREDENTIALS, new String[] {USER, USER});
    return JMXConnectorFactory.connect(url, login);
  }

  /** The lines of the log that have this in them. */
  List<String> logged(String part) throws IOException {
    try (Stream<String> lines = Files.lines(home.resolve("data/log/karaf.log"))) {
      return lines.filter(line -> line.contains(part)).toList();
    }
  }

  private static Path unpack(Path target) throws Exception {
    Path archive = BUILT.resolve("apache-karaf.tar.gz");
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "--strip-components=1")
            .directory(target.toFile())
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("cannot unpack " + archive);
    }
    return target;
  }

  private void setUp() throws IOException {
    edit("org.apache.karaf.shell.cfg", "sshHost", "127.0.0.1");
    edit("org.apache.karaf.shell.cfg", "sshPort", Integer.toString(sshPort));
    edit("org.apache.karaf.management.cfg", "rmiRegistryPort", Integer.toString(registryPort));
    edit("org.apache.karaf.management.cfg", "rmiServerPort", Integer.toString(serverPort));
    edit("users.properties", USER, USER + ",admin,manager,viewer,systembundles,ssh");
    edit("org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn.repositories", "");
    edit(
        "org.ops4j.pax.url.mvn.cfg",
        "org.ops4j.pax.url.mvn.localRepository",
        home.resolve("data/repository").toString());
    Files.writeString(home.resolve("etc/org.apache.karaf.features.xml"), LEFT_OUT);
    copyTree(BUILT.resolve("system"), home.resolve("system"));
  }

  /** Replaces the lines of a key, which may go on in further lines. */
  private void edit(String file, String key, String value) throws IOException {
    Path path = home.resolve("etc").resolve(file);
    String others =
        Files.readString(path)
            .replaceAll("(?m)^" + key.replace(".", "\\.") + "\\s*=(.*\\\\\\R)*.*\\R", "");
    Files.writeString(path, others + "\n" + key + " = " + value + "\n");
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  /** A script of Karaf. What the shell of the tests has set for another Karaf does not count. */
  private ProcessBuilder command(String script, String... arguments) {
    ProcessBuilder command =
        new ProcessBuilder(
            Stream.concat(Stream.of(home.resolve(script).toString()), Stream.of(arguments))
                .collect(Collectors.toCollection(ArrayList::new)));
    command.environment().keySet().removeIf(name -> name.startsWith("KARAF_"));
    command.environment().put("JAVA_HOME", System.getProperty("java.home"));
    command.environment().put("EXTRA_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
    return command.redirectErrorStream(true);
  }

  private boolean stop() {
    process.destroy(); // the script has become Karaf
    try {
      return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }

  private Path deployed(BundleFile bundle) {
    return home.resolve("deploy").resolve(bundle.path().getFileName());
  }
}
