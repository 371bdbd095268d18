/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each package of each module uses those other packages that its package-info names. What is beyond
 * the module is told apart for endpoints alone: their client, and nothing else.
 */
class PackageRulesTest {

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([a-z0-9_.]+)\\.[A-Z]", Pattern.MULTILINE);

  /** What every endpoint may use. */
  private static final Pattern COMMON =
      Pattern.compile(
          "javax?\\..*|org\\.slf4j|org\\.osgi\\..*|io\\.sluice\\.endpoint(\\.annotation|\\.support\\..*)?");

  static Stream<Path> packages() {
    return SourceTree.list(Path.of(".."))
        .map(module -> module.resolve("src/main/java"))
        .filter(Files::isDirectory)
        .flatMap(PackageRulesTest::walk)
        .filter(PackageRulesTest::isPackage);
  }

  private static boolean isPackage(Path folder) {
    return Files.isDirectory(folder)
        && SourceTree.list(folder).anyMatch(file -> file.toString().endsWith(".java"));
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesWhatItNames(Path folder) {
    String rules = rules(folder);
    Set<String> unnamed =
        imports(folder).stream()
            .filter(used -> isPackage(sources(folder).resolve(used.replace('.', '/'))))
            .filter(used -> !used.equals(name(folder)))
            .filter(
                used ->
                    !rules.contains("{@code " + used.substring(used.lastIndexOf('.') + 1) + "}")
                        && !rules.contains("{@link " + used + "}")
                        && !rules.contains("May depend on all other packages"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(unnamed).as("packages that %s imports and does not name", folder).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.sluice.endpoint.tck.EndpointModulesTest#modules")
  void anEndpointUsesTheApiTheSupportAndItsClient(Path module) {
    List<Path> folders =
        packages().filter(folder -> folder.startsWith(module.resolve("src/main/java"))).toList();
    for (Path folder : folders) {
      String rules = rules(folder);
      Set<String> strangers =
          imports(folder).stream()
              .filter(used -> !COMMON.matcher(used).matches() && !used.equals(name(folder)))
              .filter(used -> prefixes(used).noneMatch(p -> rules.contains("{@code " + p + "}")))
              .collect(Collectors.toCollection(TreeSet::new));

      assertThat(strangers).as("packages that %s imports and does not name", folder).isEmpty();
    }
  }

  /** The package and those around it, such as {@code org.apache.kafka}. */
  private static Stream<String> prefixes(String name) {
    return Stream.iterate(
        name,
        prefix -> prefix.contains("."),
        prefix -> prefix.substring(0, prefix.lastIndexOf('.')));
  }

  private static Set<String> imports(Path folder) {
    return SourceTree.list(folder)
        .filter(file -> file.toString().endsWith(".java"))
        .flatMap(file -> IMPORT.matcher(SourceTree.read(file)).results())
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String rules(Path folder) {
    Path info = folder.resolve("package-info.java");
    return Files.exists(info) ? SourceTree.read(info).replaceAll("\\s+\\*\\s+", " ") : "";
  }

  private static String name(Path folder) {
    return sources(folder).relativize(folder).toString().replace('/', '.').replace('\\', '.');
  }

  private static Path sources(Path folder) {
    Path sources = folder;
    while (!sources.endsWith("src/main/java")) {
      sources = sources.getParent();
    }
    return sources;
  }

  private static Stream<Path> walk(Path folder) {
    try (Stream<Path> folders = Files.walk(folder)) {
      return folders.filter(Files::isDirectory).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
