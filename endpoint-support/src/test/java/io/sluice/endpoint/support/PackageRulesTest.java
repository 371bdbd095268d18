/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each package uses those other packages of this library that its package-info names. */
class PackageRulesTest {

  private static final Path SOURCES = Path.of("src/main/java/io/sluice/endpoint/support");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?io\\.sluice\\.endpoint\\.support\\.([a-z]+)\\.");

  static Stream<String> packages() {
    return list(SOURCES).map(folder -> folder.getFileName().toString());
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesWhatItNames(String name) {
    String rules =
        read(SOURCES.resolve(name).resolve("package-info.java")).replaceAll("\\s+\\*\\s+", " ");
    Set<String> used = used(name);
    Set<String> unnamed = new TreeSet<>(used);
    unnamed.removeIf(
        other ->
            rules.contains("May depend on all other packages")
                || rules.contains("{@code " + other + "}")
                || rules.contains("{@link io.sluice.endpoint.support." + other + "}"));

    assertThat(unnamed).as("packages that %s imports and does not name", name).isEmpty();
  }

  @Test
  void thereIsNoCircle() {
    Set<String> rest = new TreeSet<>(packages().toList());
    while (rest.removeIf(name -> used(name).stream().noneMatch(rest::contains))) {
      // those that are left use one another
    }

    assertThat(rest).isEmpty();
  }

  private static Set<String> used(String name) {
    Set<String> used = new TreeSet<>();
    list(SOURCES.resolve(name))
        .flatMap(file -> lines(file).stream())
        .map(IMPORT::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .forEach(used::add);
    used.remove(name);
    return used;
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    return read(file).lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
