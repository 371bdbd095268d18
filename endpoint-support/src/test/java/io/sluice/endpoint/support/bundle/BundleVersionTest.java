/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleVersionTest {

  @TempDir Path folder;

  @Test
  void isTheVersionInTheManifestOfTheClasssOwnJar() throws Exception {
    assertThat(versionIn(jar("1.2.3.final"))).isEqualTo("1.2.3.final");
  }

  @Test
  void isReadAnewFromAReplacedJar() throws Exception {
    assertThat(versionIn(jar("1.0.0"))).isEqualTo("1.0.0");
    assertThat(versionIn(jar("1.1.0"))).isEqualTo("1.1.0");
  }

  @Test
  void isZeroInAJarThatIsNoBundle() throws Exception {
    assertThat(versionIn(jar(null))).isEqualTo(BundleVersion.NONE);
  }

  @Test
  void isZeroOutsideAJar() {
    assertThat(BundleVersion.of(BundleVersionTest.class)).isEqualTo(BundleVersion.NONE);
  }

  private static String versionIn(Path jar) throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      return BundleVersion.of(loader.loadClass(Inside.class.getName()));
    }
  }

  private Path jar(String version) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (version != null) {
      manifest.getMainAttributes().putValue("Bundle-Version", version);
    }
    Path jar = folder.resolve("bundle.jar");
    String entry = Inside.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        InputStream bytes = Inside.class.getResourceAsStream("/" + entry)) {
      entries.putNextEntry(new JarEntry(entry));
      bytes.transferTo(entries);
      entries.closeEntry();
    }
    return jar;
  }

  /** A class to be put into jars. */
  static final class Inside {}
}
