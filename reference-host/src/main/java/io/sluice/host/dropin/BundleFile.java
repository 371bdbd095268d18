/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.Constants;

/**
 * Looks at a jar before the framework does, as its own words for a bad one are hard to understand.
 */
final class BundleFile {

  private BundleFile() {}

  /** What keeps a file from being a bundle; empty if nothing does. */
  static Optional<String> problem(File file) {
    try (JarFile jar = new JarFile(file)) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        readFully(jar, entry);
      }
      return manifestProblem(jar.getManifest());
    } catch (IOException | SecurityException unreadable) {
      return Optional.of("it is no complete jar file (half-written?): " + unreadable.getMessage());
    }
  }

  private static Optional<String> manifestProblem(Manifest manifest) {
    if (manifest == null) {
      return Optional.of("it is no bundle: it has no META-INF/MANIFEST.MF");
    }
    if (manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
      return Optional.of("it is no bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
    }
    return Optional.empty();
  }

  /** Reading an entry to its end checks its size and checksum. */
  private static void readFully(JarFile jar, ZipEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
