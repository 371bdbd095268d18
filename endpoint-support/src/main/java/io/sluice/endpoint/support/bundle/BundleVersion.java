package io.sluice.endpoint.support.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.jar.Manifest;

/** The version of the bundle that a class is in. */
public final class BundleVersion {

  /** The version outside a bundle. */
  public static final String NONE = "0.0.0";

  private BundleVersion() {}

  /**
   * Reads the {@code Bundle-Version} from the manifest beside a class. In OSGi that is the manifest of
   * the class's bundle, which stays true when the jar was re-labelled after it was built.
   *
   * @param owner a class of the bundle, not null
   * @return the version, {@link #NONE} when the class is not in a bundle
   */
  public static String of(Class<?> owner) {
    throw new UnsupportedOperationException();
  }
}
