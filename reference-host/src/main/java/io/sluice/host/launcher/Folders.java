/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
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

  private static final Logger LOG = Logger.getLogger(Folders.class.getName());

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
    boolean withData = options.demo() && options.load().isEmpty();
    Path load = withData ? null : writable("load", options.load().orElse(home.resolve("load")));
    Path data =
        options.data().isPresent() ? writable("data", options.data().get()) : newTemporary();
    if (withData) {
      load = writable("load", data.resolve("load"));
    }
    fill(load, home, options.demo());
    return new Folders(bundles, load, data, options.data().isEmpty());
  }

  /** The framework's part of the working folder. */
  Path framework() {
    return data.resolve("framework");
  }

  /** The part of the working folder that the demo's broker has. */
  Path broker() {
    return data.resolve("kafka");
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

  private static void fill(Path load, Path home, boolean demo) throws StartException {
    if (isEmpty(load)) {
      copy(home.resolve("load"), load);
      if (demo) {
        copy(home.resolve("demo"), load);
      }
    } else if (demo) {
      LOG.log(
          Level.WARNING,
          "{0} is not empty and stays as it is; name an empty folder to get the demo''s endpoints",
          load);
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
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException failed) {
      throw StartException.failed(
          "the default content does not go into " + to + ": " + failed, failed);
    }
  }
}
