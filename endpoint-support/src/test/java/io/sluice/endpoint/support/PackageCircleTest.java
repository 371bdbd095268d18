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

/** The packages of this library form no circle. */
class PackageCircleTest {

  private static final Path SOURCES = Path.of("src/main/java/io/sluice/endpoint/support");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?io\\.sluice\\.endpoint\\.support\\.([a-z]+)\\.");

  static Stream<String> packages() {
    return list(SOURCES).map(folder -> folder.getFileName().toString());
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
