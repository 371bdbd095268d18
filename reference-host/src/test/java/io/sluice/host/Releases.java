/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** Releases of a bundle that differ in their version, put into a drop-in folder. */
final class Releases {

  private final String module;
  private final Path original;
  private final Path folder;
  private Path current;

  private Releases(String module, Path current, Path folder) throws IOException {
    this.module = module;
    this.current = current;
    this.folder = folder;
    original = Files.copy(current, folder.resolve("original.jar"));
  }

  /**
   * Starts from the release that is in the drop-in folder.
   *
   * @param module whose jar it is
   * @param load the drop-in folder
   * @param folder where to make jars before they are moved, on the same file system
   */
  static Releases of(String module, Path load, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(load)) {
      Path current =
          files
              .filter(file -> file.getFileName().toString().matches(module + "-[0-9.]+\\.jar"))
              .findFirst()
              .orElseThrow();
      return new Releases(module, current, folder);
    }
  }

  /** Overwrites the jar, atomically. */
  void overwrite(String version) throws IOException {
    Files.move(release(version), current, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Drops a new jar and deletes the old one. */
  void replace(String version) throws IOException {
    Path next = current.resolveSibling(module + "-" + version + ".jar");
    Files.move(release(version), next, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(current);
    current = next;
  }

  /** Makes a release without putting it into the folder. */
  Path release(String version) throws IOException {
    Path jar = folder.resolve("next.jar");
    try (JarFile source = new JarFile(original.toFile());
        OutputStream file = Files.newOutputStream(jar)) {
      Manifest manifest = new Manifest(source.getManifest());
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      try (JarOutputStream target = new JarOutputStream(file, manifest)) {
        target.setLevel(Deflater.BEST_SPEED);
        copyEntries(source, target);
      }
    }
    return jar;
  }

  private static void copyEntries(JarFile source, JarOutputStream target) throws IOException {
    for (Enumeration<JarEntry> entries = source.entries(); entries.hasMoreElements(); ) {
      JarEntry entry = entries.nextElement();
      if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
        target.putNextEntry(new JarEntry(entry.getName()));
        source.getInputStream(entry).transferTo(target);
        target.closeEntry();
      }
    }
  }
}
