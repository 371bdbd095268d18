/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleFileTest {

  @TempDir private Path folder;

  @Test
  void aBundleHasNoProblem() throws IOException {
    assertThat(BundleFile.problem(jar("good.jar", "some.bundle"))).isEmpty();
  }

  @Test
  void aJarWithoutSymbolicNameIsNoBundle() throws IOException {
    assertThat(BundleFile.problem(jar("plain.jar", null)).orElseThrow()).contains("no bundle");
  }

  @Test
  void aTextIsNoJar() throws IOException {
    File text = Files.writeString(folder.resolve("text.jar"), "not a jar").toFile();
    assertThat(BundleFile.problem(text).orElseThrow()).contains("no complete jar");
  }

  @Test
  void anEmptyFileIsNoJar() throws IOException {
    File empty = Files.createFile(folder.resolve("empty.jar")).toFile();
    assertThat(BundleFile.problem(empty).orElseThrow()).contains("no complete jar");
  }

  @Test
  void halfAJarIsToldAtAnyLength() throws IOException {
    byte[] whole = Files.readAllBytes(jar("whole.jar", "some.bundle").toPath());
    Path half = folder.resolve("half.jar");
    for (int length = 0; length < whole.length; length += 101) {
      Files.write(half, Arrays.copyOf(whole, length));
      assertThat(BundleFile.problem(half.toFile())).as("%d bytes", length).isPresent();
    }
  }

  @Test
  void damagedContentIsTold() throws IOException {
    byte[] bytes = Files.readAllBytes(jar("whole.jar", "some.bundle").toPath());
    bytes[bytes.length / 2] ^= 0x55;
    File damaged = Files.write(folder.resolve("damaged.jar"), bytes).toFile();
    assertThat(BundleFile.problem(damaged)).isPresent();
  }

  private File jar(String name, String symbolicName) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (symbolicName != null) {
      manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
    }
    Path file = folder.resolve(name);
    byte[] content = new byte[5000];
    new java.util.Random(3).nextBytes(content);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      jar.putNextEntry(new ZipEntry("content"));
      jar.write(content);
      jar.closeEntry();
    }
    return file.toFile();
  }
}
