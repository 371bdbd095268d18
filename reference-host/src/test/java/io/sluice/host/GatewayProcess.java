/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The gateway as the build made it, in a process of its own. */
final class GatewayProcess implements AutoCloseable {

  static final Path HOME = Path.of("target", "gateway").toAbsolutePath();

  private static final String BROKER = "sluice.broker.kafka";
  private static final Duration READY = Duration.ofSeconds(60);

  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final List<String> out = new CopyOnWriteArrayList<>();
  final List<String> log = new CopyOnWriteArrayList<>();
  final Process process;

  private final CompletableFuture<String> readyLine = new CompletableFuture<>();

  private GatewayProcess(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:SoftRefLRUPolicyMSPerMB=0"); // soft references do not outlive a collection
    command.add("-Dsluice.home=" + HOME);
    command.add("-D" + BROKER + "=" + System.getProperty(BROKER));
    command.addAll(List.of("-cp", HOME.resolve("lib") + "/*", "io.sluice.host.launcher.Main"));
    command.addAll(arguments);
    process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    read(process.getInputStream(), this::output);
    read(process.getErrorStream(), log::add);
  }

  /** Starts a gateway with arguments of one's own. */
  static GatewayProcess run(String... arguments) throws IOException {
    return new GatewayProcess(List.of(arguments));
  }

  /** Starts a gateway on a free port and waits until it is ready. */
  static GatewayProcess start(Path load) throws Exception {
    return ready("--load", load.toString());
  }

  /** Starts a gateway with a working folder of its own, and waits until it is ready. */
  static GatewayProcess start(Path load, Path data) throws Exception {
    return ready("--load", load.toString(), "--data", data.toString());
  }

  /** Starts a gateway with the demo on a free port and waits until it is ready. */
  static GatewayProcess startDemo(Path load, Path data) throws Exception {
    return ready("--demo", "--load", load.toString(), "--data", data.toString());
  }

  private static GatewayProcess ready(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("--port", "0", "--no-shell"));
    all.addAll(List.of(arguments));
    GatewayProcess gateway = new GatewayProcess(all);
    gateway.readyLine();
    return gateway;
  }

  String readyLine() throws Exception {
    try {
      return readyLine.get(READY.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception notReady) {
      throw new AssertionError("not ready: " + String.join("\n", log), notReady);
    }
  }

  String url() throws Exception {
    return readyLine().split(" ")[2];
  }

  HttpRequest.Builder request(String target) throws Exception {
    return HttpRequest.newBuilder(URI.create(url() + target)).timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String target) throws Exception {
    return send(request(target));
  }

  /** What the host says of an endpoint; empty if it has none of that name. */
  Optional<JsonObject> endpoint(String name) throws Exception {
    HttpResponse<String> response = get("/endpoints/" + name);
    return response.statusCode() == 404
        ? Optional.empty()
        : Optional.of(JsonParser.parseString(response.body()).getAsJsonObject());
  }

  JsonElement json(String target) throws Exception {
    return JsonParser.parseString(get(target).body());
  }

  void awaitState(String name, String state) {
    await("endpoint " + name + " is " + state)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(endpoint(name).map(e -> e.get("state").getAsString())).contains(state));
  }

  void awaitLog(String... parts) {
    await("log has " + List.of(parts))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(log).anySatisfy(line -> assertThat(line).contains(parts)));
  }

  /** Sends SIGKILL and waits. */
  void kill() throws InterruptedException {
    assertThat(process.destroyForcibly().waitFor(15, TimeUnit.SECONDS)).as("is killed").isTrue();
  }

  /** Sends SIGTERM; the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).as("stops within 15 s").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Puts the endpoint bundles into a drop-in folder, and nothing else. */
  static void dropBundles(Path folder) throws IOException {
    try (Stream<Path> defaults = Files.list(HOME.resolve("load"))) {
      for (Path file : defaults.filter(path -> path.toString().endsWith(".jar")).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /** A file that appears whole, as by a rename. */
  static void drop(Path folder, String name, byte[] content) throws IOException {
    Path temporary = Files.createTempFile(folder, ".drop", ".tmp");
    Files.write(temporary, content);
    Files.move(
        temporary,
        folder.resolve(name),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  static void drop(Path folder, String name, String content) throws IOException {
    drop(folder, name, content.getBytes(StandardCharsets.UTF_8));
  }

  private void output(String line) {
    out.add(line);
    readyLine.complete(line);
  }

  private static void read(InputStream in, java.util.function.Consumer<String> lines) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines);
              } catch (IOException | java.io.UncheckedIOException closed) {
                lines.accept("(" + closed.getMessage() + ")");
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
