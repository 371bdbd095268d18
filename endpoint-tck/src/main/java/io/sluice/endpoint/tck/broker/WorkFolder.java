/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder for what a broker writes. */
final class WorkFolder {

  private final Path path;

  private WorkFolder(Path path) {
    this.path = path;
  }

  static WorkFolder create(String name) {
    try {
      return new WorkFolder(Files.createTempDirectory(name + "-"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Path path() {
    return path;
  }

  /** An empty file in the folder, another one each time. */
  Path newFile(String name) {
    try {
      return Files.createTempFile(path, name + "-", ".txt");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Deletes the folder and all in it; nothing if it is gone. */
  void delete() {
    try {
      if (Files.exists(path)) {
        for (Path entry : deepestFirst()) {
          Files.delete(entry);
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private List<Path> deepestFirst() throws IOException {
    try (Stream<Path> entries = Files.walk(path)) {
      return entries.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
