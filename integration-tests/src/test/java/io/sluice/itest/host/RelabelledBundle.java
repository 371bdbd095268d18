/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.osgi.framework.Constants;

/**
 * A bundle's jar with another Bundle-Version in its manifest, and nothing else changed: the version
 * of a bundle is what its manifest says.
 */
final class RelabelledBundle {

  private static final Map<Path, RelabelledBundle> UNPACKED = new HashMap<>();

  private final Manifest manifest;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private RelabelledBundle(Path jar) throws IOException {
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
      manifest = in.getManifest();
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
  }

  /** The bytes of the jar in another version. */
  static synchronized InputStream open(Path jar, String version) throws IOException {
    RelabelledBundle unpacked = UNPACKED.get(jar);
    if (unpacked == null) {
      unpacked = new RelabelledBundle(jar);
      UNPACKED.put(jar, unpacked);
    }
    return new ByteArrayInputStream(unpacked.pack(version));
  }

  private byte[] pack(String version) throws IOException {
    Manifest relabelled = new Manifest(manifest);
    relabelled.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes, relabelled)) {
      out.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(header(entry.getKey(), entry.getValue()));
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** Embedded jars are large, and compressed already: they are stored. */
  private static JarEntry header(String name, byte[] content) {
    JarEntry entry = new JarEntry(name);
    if (name.endsWith(".jar")) {
      CRC32 sum = new CRC32();
      sum.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(sum.getValue());
    }
    return entry;
  }
}
