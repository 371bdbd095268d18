/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is dropped into a running gateway, good and bad; the endpoint 'mock' must never notice. */
@Timeout(120)
class DropInIT {

  @TempDir private static Path load;

  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = GatewayProcess.start(load);
    gateway.awaitState("mock", "UP");
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @AfterEach
  void nothingElseIsDisturbed() throws Exception {
    JsonObject mock = gateway.endpoint("mock").orElseThrow();
    assertThat(mock.get("state").getAsString()).isEqualTo("UP");
    assertThat(mock.getAsJsonObject("counters").get("reconnects").getAsLong()).isZero();
  }

  @Test
  void aConfigurationIsDroppedEditedAndDeleted() throws Exception {
    String file = "io.sluice.endpoint.mock~live.cfg";
    GatewayProcess.drop(load, file, "messageInterval = 10\nmessageContent = first\n");
    gateway.awaitState("live", "UP");
    assertThat(gateway.get("/endpoints/live/messages?limit=1").body())
        .contains("\"text\":\"first\"");
    GatewayProcess.drop(load, file, "messageInterval = 10\nmessageContent = second one\n");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                gateway
                    .get("/endpoints/live/messages?limit=1")
                    .body()
                    .contains("\"text\":\"second one\""));
    Files.delete(load.resolve(file));
    await().atMost(Duration.ofSeconds(20)).until(() -> gateway.endpoint("live").isEmpty());
  }

  @Test
  void aTouchMakesAFailedEndpointTryAgain() throws Exception {
    Path file = load.resolve("io.sluice.endpoint.mock~failing.cfg");
    GatewayProcess.drop(
        load, file.getFileName().toString(), "messageInterval = 1\nfaults.failAfter = 20\n");
    gateway.awaitState("failing", "UP");
    gateway.get("/endpoints/failing/messages?limit=20");
    gateway.awaitState("failing", "FAILED");

    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));

    gateway.awaitState("failing", "UP");
    Files.delete(file);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstKey() throws Exception {
    GatewayProcess.drop(load, "io.sluice.endpoint.mock~marked.cfg", "\uFEFFmessageInterval = 5\n");
    gateway.awaitState("marked", "UP");
    Files.delete(load.resolve("io.sluice.endpoint.mock~marked.cfg"));
  }

  @Test
  void numbersAreTakenAsTheyAreWritten() throws Exception {
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~numbers.json",
        "{\"messageCount\": 1e18, \"messageContent\": 1.10, \"messageInterval\": 5.0}");
    gateway.awaitState("numbers", "UP");
    assertThat(gateway.get("/endpoints/numbers/messages?limit=1").body())
        .contains("\"text\":\"1.10\"");
    GatewayProcess.drop(load, "io.sluice.endpoint.mock~toolarge.json", "{\"messageCount\": 1e19}");
    gateway.awaitState("toolarge", "INVALID");
    Files.delete(load.resolve("io.sluice.endpoint.mock~numbers.json"));
    Files.delete(load.resolve("io.sluice.endpoint.mock~toolarge.json"));
  }

  @Test
  void aSecondFileOfAPidTakesOverWhenTheFirstIsDeleted() throws Exception {
    Path first = load.resolve("io.sluice.endpoint.mock~two.cfg");
    GatewayProcess.drop(load, first.getFileName().toString(), "messageContent = first\n");
    gateway.awaitState("two", "UP");
    Path second = load.resolve("io.sluice.endpoint.mock~two.json");
    GatewayProcess.drop(
        load, second.getFileName().toString(), "{\"messageContent\": \"second one\"}");
    gateway.awaitLog(second.getFileName().toString(), "already configured");
    Files.delete(first);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                gateway
                    .get("/endpoints/two/messages?limit=1")
                    .body()
                    .contains("\"text\":\"second one\""));
    Files.delete(second);
  }

  @Test
  void typedAndJsonConfigurationsDoTheSame() throws Exception {
    GatewayProcess.drop(
        load, "io.sluice.endpoint~typed.config", "type=\"mock\"\nmessageInterval=I\"7\"\n");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint~nested.json",
        "{\"type\": \"mock\", \"messageInterval\": 7, \"http\": {\"status\": 201},"
            + " \"headers\": [{\"name\": \"a\", \"value\": \"1\"}]}");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint~dotted.json",
        "{\"type\": \"mock\", \"messageInterval\": \"7\", \"http.status\": 201}");
    for (String name : List.of("typed", "nested", "dotted")) {
      gateway.awaitState(name, "UP");
      JsonObject configuration =
          gateway.endpoint(name).orElseThrow().getAsJsonObject("configuration");
      assertThat(configuration.get("messageInterval").getAsInt()).as(name).isEqualTo(7);
    }
    assertThat(gateway.get("/endpoints/nested/messages?limit=1").body())
        .contains("\"headers\":{\"a\":\"1\"}");
  }

  @Test
  void fiveMistakesAreToldAtOnceAndHealed() throws Exception {
    String file = "io.sluice.endpoint.mock~wrong.cfg";
    GatewayProcess.drop(
        load,
        file,
        "messageIntervall = 5\nmessageCount = many\nmessageTemplate = perhaps\n"
            + "http.status = 99\nfaults.publishErrorRate = 7\n");
    gateway.awaitState("wrong", "INVALID");
    JsonObject wrong = gateway.endpoint("wrong").orElseThrow();
    List<String> keys =
        wrong.getAsJsonArray("violations").asList().stream()
            .map(violation -> violation.getAsJsonObject().get("key").getAsString())
            .toList();
    assertThat(keys)
        .containsExactlyInAnyOrder(
            "messageIntervall",
            "messageCount",
            "messageTemplate",
            "http.status",
            "faults.publishErrorRate");
    assertThat(wrong.getAsJsonArray("violations").toString()).contains("messageInterval'");
    assertThat(gateway.get("/endpoints/wrong/messages").statusCode()).isEqualTo(503);
    GatewayProcess.drop(load, file, "messageInterval = 5\n");
    gateway.awaitState("wrong", "UP");
  }

  @Test
  void malformedJsonIsToldWithItsPlaceAndHealed() throws Exception {
    String file = "io.sluice.endpoint.mock~broken.json";
    GatewayProcess.drop(
        load, file, "{\n  \"messageInterval\": 5,\n  \"messageContent\" \"x\"\n}\n");
    gateway.awaitLog(file, "line 3, column");
    gateway.awaitState("broken", "INVALID");
    assertThat(gateway.endpoint("broken").orElseThrow().get("violations").toString())
        .contains(file + ": line 3, column");
    GatewayProcess.drop(load, file, "{\"messageInterval\": 5}");
    gateway.awaitState("broken", "UP");
    GatewayProcess.drop(load, file, "{\"messageInterval\": ");
    gateway.awaitLog(file, "line 1, column");
    gateway.awaitState("broken", "DEGRADED");
    assertThat(gateway.get("/endpoints/broken/messages?limit=1").statusCode()).isEqualTo(200);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> gateway.log.stream().filter(line -> line.contains(file)).count() == 2);
    Files.delete(load.resolve(file));
    await().atMost(Duration.ofSeconds(20)).until(() -> gateway.endpoint("broken").isEmpty());
  }

  @Test
  void aFileWithAHyphenForTheTildeShowsItsMistakesToo() throws Exception {
    Map<String, String> healed =
        Map.of("dashed.json", "{\"messageInterval\": 5}", "lined.cfg", "messageInterval = 5\n");
    for (String end : healed.keySet()) {
      String file = "io.sluice.endpoint.mock-" + end;
      String name = end.substring(0, end.indexOf('.'));
      GatewayProcess.drop(load, file, "messageContent = \\u12\n");
      gateway.awaitState(name, "INVALID");
      assertThat(gateway.endpoint(name).orElseThrow().get("violations").toString())
          .contains(file + ": ");
      GatewayProcess.drop(load, file, healed.get(end));
      gateway.awaitState(name, "UP");
      Files.delete(load.resolve(file));
    }
  }

  @Test
  void aGroupThatCannotBeReadAnyMoreIsWarnedOf() throws Exception {
    String group = "io.sluice.group~torn.json";
    String endpoint = "io.sluice.endpoint.mock~torn.cfg";
    GatewayProcess.drop(load, group, "{\"messageContent\": \"shared\"}");
    GatewayProcess.drop(load, endpoint, "group = torn\nmessageInterval = 5\n");
    gateway.awaitState("torn", "UP");

    GatewayProcess.drop(load, group, "{\"messageContent\": ");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(warnings("torn", "/endpoints")).contains(group + ": line 1, column"));
    assertThat(gateway.get("/endpoints/torn/messages?limit=1").body())
        .contains("\"text\":\"shared\"");

    GatewayProcess.drop(load, group, "{\"messageContent\": \"whole\"}");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(warnings("torn", "/endpoints")).isEmpty());
    Files.delete(load.resolve(endpoint));
    Files.delete(load.resolve(group));
  }

  @Test
  void anEscapedPlaceholderIsMereText() throws Exception {
    String escaped = "$\\\\[env:PATH] is $[prop:java.specification.version]";
    GatewayProcess.drop(
        load, "io.sluice.endpoint.mock~escaped-cfg.cfg", "messageContent = " + escaped + "\n");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~escaped-config.config",
        "messageContent=\"" + escaped + "\"\n");
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~escaped-json.json",
        "{\"messageContent\": \"" + escaped + "\"}");
    String version = System.getProperty("java.specification.version");
    for (String name : List.of("escaped-cfg", "escaped-config", "escaped-json")) {
      gateway.awaitState(name, "UP");
      assertThat(gateway.get("/endpoints/" + name + "/messages?limit=1").body())
          .contains("\"text\":\"$[env:PATH] is " + version + "\"");
    }
  }

  @Test
  void aLostBackslashIsWarnedOfWithoutTheValue() throws Exception {
    String group = "io.sluice.group~lossy.cfg";
    String endpoint = "io.sluice.endpoint.mock~lossy.cfg";
    String pipe = "io.sluice.pipe~lossy.cfg";
    GatewayProcess.drop(load, group, "messageInterval = \\5\n");
    GatewayProcess.drop(load, endpoint, "group = lossy\nmessageContent = pa\\ss\n");
    GatewayProcess.drop(load, pipe, "from = lossy\nto = mock\nclientId = a\\b\n");
    gateway.awaitState("lossy", "UP");

    assertThat(warnings("lossy", "/endpoints"))
        .contains(endpoint + ": 'messageContent': ", group + ": 'messageInterval': ")
        .contains("write \\\\ for a backslash")
        .doesNotContain("pa");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(warnings("lossy", "/pipes")).contains(pipe + ": 'clientId': "));
    assertThat(gateway.get("/endpoints/lossy/messages?limit=1").body())
        .contains("\"text\":\"pass\"");

    GatewayProcess.drop(load, group, "messageInterval = 5\n");
    GatewayProcess.drop(load, endpoint, "group = lossy\nmessageContent = pa\\\\ss\n");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(warnings("lossy", "/endpoints")).isEmpty());
    assertThat(gateway.get("/endpoints/lossy/messages?limit=1").body())
        .contains("\"text\":\"pa\\\\ss\"");
    for (String file : List.of(group, endpoint, pipe)) {
      Files.delete(load.resolve(file));
    }
  }

  @Test
  void aJarThatIsNoBundleIsTold() throws Exception {
    GatewayProcess.drop(load, "text.jar", "no jar at all");
    gateway.awaitLog("text.jar", "no complete jar");
    GatewayProcess.drop(load, "plain.jar", jar(Map.of()));
    gateway.awaitLog("plain.jar", "no bundle");
  }

  @Test
  void aHalfWrittenJarIsToldOnceAndTakenWhenComplete() throws Exception {
    byte[] whole = jar(Map.of("Bundle-ManifestVersion", "2", "Bundle-SymbolicName", "acme.half"));
    GatewayProcess.drop(load, "half.jar", Arrays.copyOf(whole, whole.length / 2));
    gateway.awaitLog("half.jar", "half-written");
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> gateway.log.stream().filter(line -> line.contains("half.jar")).count() == 1);
    GatewayProcess.drop(load, "half.jar", whole);
    gateway.awaitLog("started acme.half");
  }

  @Test
  void aHalfWrittenUpdateLeavesTheBundleAsItIs() throws Exception {
    Path mock = mockJar();
    byte[] whole = Files.readAllBytes(mock);
    String name = mock.getFileName().toString();
    GatewayProcess.drop(load, name, Arrays.copyOf(whole, whole.length / 2));
    gateway.awaitLog(name, "half-written", "stays");
    assertThat(gateway.endpoint("mock").orElseThrow().get("state").getAsString()).isEqualTo("UP");
    GatewayProcess.drop(load, name, whole);
    gateway.awaitLog("updated io.sluice.endpoint.mock");
    gateway.awaitState("mock", "UP");
  }

  @Test
  void aBundleForANewerApiIsToldWithWhatItNeeds() throws Exception {
    GatewayProcess.drop(
        load,
        "future.jar",
        jar(
            Map.of(
                "Bundle-ManifestVersion", "2",
                "Bundle-SymbolicName", "acme.future",
                "Import-Package", "io.sluice.endpoint;version=\"[2.0,3)\"")));
    gateway.awaitLog(
        "future.jar", "acme.future", "io.sluice.endpoint [2.0.0,3.0.0)", "this host has 1.");
  }

  @Test
  void aTypeThatNobodyServesWaits() throws Exception {
    GatewayProcess.drop(load, "io.sluice.endpoint~late.cfg", "type = nosuchtype\n");
    gateway.awaitState("late", "UNSATISFIED");
    assertThat(gateway.endpoint("late").orElseThrow().get("reason").getAsString())
        .contains("nosuchtype");
  }

  @Test
  void theSecondOfTwoWithOneNameIsInvalid() throws Exception {
    GatewayProcess.drop(load, "io.sluice.endpoint.mock~a-second.cfg", "name = mock\n");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        gateway.json("/endpoints").getAsJsonArray().asList().stream()
                            .map(e -> e.getAsJsonObject())
                            .filter(
                                e ->
                                    e.get("pid")
                                        .getAsString()
                                        .equals("io.sluice.endpoint.mock~a-second")))
                    .singleElement()
                    .satisfies(
                        e -> {
                          assertThat(e.get("state").getAsString()).isEqualTo("INVALID");
                          assertThat(e.toString())
                              .contains("by configuration io.sluice.endpoint.mock~mock\"");
                        }));
  }

  private static String warnings(String name, String list) throws Exception {
    return gateway.json(list).getAsJsonArray().asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(each -> each.get("name").getAsString().equals(name))
        .flatMap(each -> each.getAsJsonArray("warnings").asList().stream())
        .map(JsonElement::getAsString)
        .collect(Collectors.joining("\n"));
  }

  private static Path mockJar() throws IOException {
    try (Stream<Path> files = Files.list(load)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("endpoint-mock"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static byte[] jar(Map<String, String> headers) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    return bytes.toByteArray();
  }
}
