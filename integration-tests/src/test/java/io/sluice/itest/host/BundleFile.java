/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import io.sluice.itest.bundles.faulty.FaultyEndpointFactory.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** A bundle's jar, as built or {@linkplain RelabelledBundle in another version}. Immutable. */
public final class BundleFile {

  /** The mock endpoint. */
  public static final BundleFile MOCK = new BundleFile("endpoint-mock.jar");

  /** The Kafka endpoint. */
  public static final BundleFile KAFKA = new BundleFile("endpoint-kafka.jar");

  /** The runtime. */
  public static final BundleFile RUNTIME = new BundleFile("endpoint-runtime.jar");

  /** The bundle for operators. */
  public static final BundleFile MANAGEMENT = new BundleFile("endpoint-management.jar");

  /** The API. */
  public static final BundleFile API = new BundleFile("endpoint-api.jar");

  /** An endpoint bundle that was built against the next major version of the API. */
  public static final BundleFile NEXT_MAJOR_API = new BundleFile("test-next-major-api.jar");

  /** A bundle that requires the mock endpoint. */
  public static final BundleFile NEEDY = new BundleFile("test-needy.jar");

  /** A bundle that drains the endpoints whose names begin with {@code spare}. */
  public static final BundleFile OPERATOR = new BundleFile("test-operator.jar");

  /** A bundle that reads the endpoint {@code orders}. */
  public static final BundleFile READER = new BundleFile("test-reader.jar");

  private final Path path;
  private final String version;

  private BundleFile(String file) {
    this(Path.of("target", "bundles", file), null);
  }

  private BundleFile(Path path, String version) {
    this.path = path;
    this.version = version;
  }

  /** The bundle of the type {@code faulty} with a fault. */
  public static BundleFile faulty(Fault fault) {
    return new BundleFile("test-faulty-" + fault.name().toLowerCase(Locale.ROOT) + ".jar");
  }

  /** The same bundle in another version. */
  public BundleFile version(String version) {
    return new BundleFile(path, version);
  }

  /** Where the jar is, as built. */
  public Path path() {
    return path;
  }

  /** Writes the jar in one step, over another if there is one, as operators are told to. */
  public void copyTo(Path file) throws IOException {
    Path incoming = file.resolveSibling(".incoming");
    try (InputStream bytes = open()) {
      Files.copy(bytes, incoming, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(incoming, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A location that tells versions apart, to install two of them side by side. */
  String location() {
    return version == null ? path.toString() : path + "?version=" + version;
  }

  /** The bytes of the jar. */
  InputStream open() throws IOException {
    return version == null ? Files.newInputStream(path) : RelabelledBundle.open(path, version);
  }

  @Override
  public String toString() {
    return location();
  }
}
