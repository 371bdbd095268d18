/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The endpoint modules look like siblings: the same files, with the same names. */
class EndpointModulesTest {

  /** What a file with the type in its name may be; all else is named for its role alone. */
  private static final Set<String> ROLES =
      Set.of(
          "EndpointFactory",
          "Settings",
          "Endpoint",
          "Connection",
          "Clients",
          "Consumers",
          "Subscription",
          "Lane",
          "Publisher",
          "MessageReader",
          "MessageWriter",
          "Attributes",
          "Errors",
          "Headers",
          "Position",
          "Check",
          "Proxy");

  private static final Set<String> REQUIRED =
      Set.of("EndpointFactory", "Settings", "Endpoint", "Connection");

  /** Of an endpoint whose schema has the section. */
  private static final Map<String, Set<String>> REQUIRED_WITH =
      Map.of(
          "consumer",
          Set.of("Consumers", "Subscription", "Lane", "Position"),
          "producer",
          Set.of("Publisher"));

  private static final Set<String> NO_ENDPOINTS =
      Set.of(
          "endpoint-api",
          "endpoint-support",
          "endpoint-tck",
          "endpoint-runtime",
          "endpoint-management");

  /** What endpoint-support reads. */
  private static final Path SHARED_TLS =
      Path.of("../endpoint-support/src/test/resources/tls/security-ssl.schema.json");

  static Stream<Path> modules() {
    return SourceTree.list(Path.of(".."))
        .filter(module -> module.getFileName().toString().startsWith("endpoint-"))
        .filter(module -> !NO_ENDPOINTS.contains(module.getFileName().toString()));
  }

  @Test
  void theGuideListsTheFiles() throws IOException {
    String guide = Files.readString(Path.of("../docs/writing-an-endpoint.md"));

    assertThat(ROLES).allSatisfy(role -> assertThat(guide).contains("`<Type>" + role + "`"));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleHasTheFilesOfItsSiblings(Path module) {
    String prefix = prefix(module);
    Set<String> roles =
        classes(module)
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(roles).containsAll(REQUIRED);
    REQUIRED_WITH.forEach(
        (section, required) -> {
          if (SourceTree.read(schema(module)).contains("\"" + section + "\": {")) {
            assertThat(roles).as("with a section '%s'", section).containsAll(required);
          }
        });
    assertThat(ROLES).as("roles that carry the type in their names").containsAll(roles);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleHasNoOtherPackageThanItsOwn(Path module) {
    String type = type(module);
    List<String> strangers =
        files(module)
            .map(file -> sources(module).relativize(file).getParent().toString())
            .filter(folder -> !folder.equals("io/sluice/endpoint/" + type + "/internal"))
            .distinct()
            .toList();

    assertThat(strangers).isEmpty();
    assertThat(classes(module)).contains("package-info");
  }

  static Stream<Path> modulesWithTls() {
    return modules().filter(module -> ssl(schema(module)) != null);
  }

  /** Schemas stand alone, so that they repeat what they have in common; this keeps it common. */
  @ParameterizedTest
  @MethodSource("modulesWithTls")
  void tlsIsConfiguredAlikeInAllModules(Path module) {
    JsonObject ssl = ssl(schema(module));
    ssl.getAsJsonObject("properties").remove("enabled"); // not for types whose URL tells

    assertThat(ssl).isEqualTo(ssl(SHARED_TLS));
  }

  /** The section security.ssl of a schema; null if it has none. */
  private static JsonObject ssl(Path schema) {
    JsonObject root = JsonParser.parseString(SourceTree.read(schema)).getAsJsonObject();
    return Stream.of("security", "ssl")
        .reduce(
            root,
            (node, name) ->
                node == null || !node.has("properties")
                    ? null
                    : node.getAsJsonObject("properties").getAsJsonObject(name),
            (first, second) -> second);
  }

  private static Stream<String> classes(Path module) {
    return files(module).map(file -> file.getFileName().toString().replace(".java", ""));
  }

  private static Stream<Path> files(Path module) {
    try (Stream<Path> files = Files.walk(sources(module))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path sources(Path module) {
    return module.resolve("src/main/java");
  }

  private static Path schema(Path module) {
    return module.resolve("src/main/resources/META-INF/sluice/" + type(module) + ".schema.json");
  }

  private static String type(Path module) {
    return module.getFileName().toString().replace("endpoint-", "");
  }

  private static String prefix(Path module) {
    String type = type(module);
    return Character.toUpperCase(type.charAt(0)) + type.substring(1);
  }
}
