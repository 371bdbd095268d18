/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * Looks at a jar before the framework does, as its own words for a bad one are hard to understand.
 */
final class BundleFile {

  private BundleFile() {}

  /** What keeps a file from being a bundle; empty if nothing does. */
  static Optional<String> problem(File file) {
    try (JarFile jar = new JarFile(file)) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        check(jar, entry);
      }
      return manifestProblem(jar.getManifest());
    } catch (IOException | SecurityException unreadable) {
      return Optional.of("it is no complete jar file (half-written?): " + unreadable.getMessage());
    }
  }

  /**
   * Whether a jar holds a newer version of a bundle that provides endpoint types, so that both can
   * be there for a while: the runtime goes over from one to the other.
   */
  static boolean isNewerEndpoint(File file, Bundle present) {
    try (JarFile jar = new JarFile(file)) {
      Manifest manifest = jar.getManifest();
      return manifest != null
          && isNewer(manifest.getMainAttributes(), present)
          && EndpointTypes.of(present).findAny().isPresent();
    } catch (IOException | IllegalArgumentException | SecurityException unreadable) {
      return false;
    }
  }

  private static boolean isNewer(Attributes manifest, Bundle present) {
    String name = manifest.getValue(Constants.BUNDLE_SYMBOLICNAME);
    String version = manifest.getValue(Constants.BUNDLE_VERSION);
    return name != null
        && version != null
        && name.replaceFirst(";.*", "").trim().equals(present.getSymbolicName())
        && Version.parseVersion(version).compareTo(present.getVersion()) > 0;
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

  private static void check(JarFile jar, ZipEntry entry) throws IOException {
    try (CheckedInputStream in = new CheckedInputStream(jar.getInputStream(entry), new CRC32())) {
      in.transferTo(OutputStream.nullOutputStream());
      if (!entry.isDirectory() && in.getChecksum().getValue() != entry.getCrc()) {
        throw new ZipException("the content of " + entry.getName() + " is damaged");
      }
    }
  }
}
