/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the host finds and puts things.
 *
 * @param bundles the bundles of the host itself
 * @param load the drop-in folder
 * @param data the working folder
 * @param temporary whether the working folder goes with the host
 */
record Folders(Path bundles, Path load, Path data, boolean temporary) {

  /**
   * Finds, makes and fills the folders.
   *
   * @param home what the build made
   * @throws StartException naming a folder that cannot be used
   */
  static Folders prepare(Path home, Options options) throws StartException {
    Path bundles = home.resolve("bundles");
    if (!Files.isDirectory(bundles)) {
      throw StartException.failed(
          "there are no bundles in " + bundles + "; is the host built?", null);
    }
    Path defaults = home.resolve("load");
    Path load = writable("load", options.load().orElse(defaults));
    if (options.load().isPresent() && isEmpty(load)) {
      copy(defaults, load);
    }
    Path data =
        options.data().isPresent() ? writable("data", options.data().get()) : newTemporary();
    return new Folders(bundles, load, data, options.data().isEmpty());
  }

  /** The framework's part of the working folder. */
  Path framework() {
    return data.resolve("framework");
  }

  /** Removes the working folder if it goes with the host. */
  void cleanUp() throws IOException {
    if (temporary) {
      try (Stream<Path> all = Files.walk(data)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static Path writable(String what, Path folder) throws StartException {
    try {
      Files.createDirectories(folder);
      Path real = folder.toRealPath();
      Files.delete(Files.createTempFile(real, ".sluice", ".tmp"));
      return real;
    } catch (IOException unusable) {
      throw StartException.failed(
          "the " + what + " folder " + folder + " cannot be written to: " + unusable, unusable);
    }
  }

  private static Path newTemporary() throws StartException {
    try {
      return Files.createTempDirectory("sluice-");
    } catch (IOException unusable) {
      throw StartException.failed("no temporary folder can be made: " + unusable, unusable);
    }
  }

  private static boolean isEmpty(Path folder) throws StartException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException unreadable) {
      throw StartException.failed("the folder " + folder + " cannot be read", unreadable);
    }
  }

  private static void copy(Path from, Path to) throws StartException {
    try (Stream<Path> entries = Files.list(from)) {
      List<Path> files = entries.filter(Files::isRegularFile).toList();
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (IOException failed) {
      throw StartException.failed(
          "the default content does not go into " + to + ": " + failed, failed);
    }
  }
}
