/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.bundle;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.jar.Manifest;

/** The version of the bundle that a class is in. */
public final class BundleVersion {

  /** The version outside a bundle. */
  public static final String NONE = "0.0.0";

  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private BundleVersion() {}

  /**
   * Reads the {@code Bundle-Version} from the manifest beside a class. In OSGi that is the manifest
   * of the class's bundle, which stays true when the jar was re-labelled after it was built.
   *
   * @param owner a class of the bundle, not null
   * @return the version, {@link #NONE} when the class is not in a bundle
   * @throws UncheckedIOException when the manifest cannot be read
   */
  public static String of(Class<?> owner) {
    String path = owner.getName().replace('.', '/') + ".class";
    URL location = owner.getResource("/" + path);
    if (location == null) {
      return NONE;
    }
    try {
      return read(beside(location, path));
    } catch (FileNotFoundException e) {
      return NONE; // a folder of classes
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class's URL is the context, because only that knows the framework's URL handler. */
  private static URL beside(URL location, String path) throws IOException {
    String text = location.toExternalForm();
    return new URL(location, text.substring(0, text.length() - path.length()) + MANIFEST);
  }

  private static String read(URL manifest) throws IOException {
    URLConnection connection = manifest.openConnection();
    connection.setUseCaches(false); // a cached jar file would stay open
    try (InputStream in = connection.getInputStream()) {
      String version = new Manifest(in).getMainAttributes().getValue("Bundle-Version");
      return version == null ? NONE : version.trim();
    }
  }
}
