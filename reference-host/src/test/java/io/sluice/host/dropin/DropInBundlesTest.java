/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.host.TestFramework;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** A deleted jar and its successor, of which FileInstall tells later. */
class DropInBundlesTest {

  private static final String ENDPOINT = "acme.endpoint";

  @TempDir private Path storage;
  @TempDir private Path load;

  private Framework framework;
  private DropInBundles bundles;

  @BeforeEach
  void start() throws BundleException {
    framework = TestFramework.start(storage, Map.of());
    bundles = new DropInBundles(framework.getBundleContext());
  }

  @AfterEach
  void stop() throws Exception {
    bundles.close();
    TestFramework.stop(framework);
  }

  @Test
  void aDeletedBundleStaysUntilItsSuccessorIsThere() throws IOException {
    File old = installed("1.0.0");
    File successor = endpoint("1.0.1");

    delete(old);
    assertThat(active()).containsExactly("1.0.0");

    bundles.install(successor);
    assertThat(active()).containsExactly("1.0.1");
  }

  @Test
  void aDeletedBundleGoesWhenItsSuccessorHasVanished() throws IOException {
    File old = installed("1.0.0");
    File successor = endpoint("1.0.1");
    delete(old);

    Files.delete(successor.toPath());

    await().untilAsserted(() -> assertThat(active()).isEmpty());
  }

  @Test
  void aDeletedBundleGoesWhenItsSuccessorCannotBeUsed() throws IOException {
    File old = installed("1.0.0");
    File successor = jar("1.0.1", Map.of("Import-Package", "not.there"));
    delete(old);

    bundles.install(successor);

    assertThat(active()).isEmpty();
  }

  @Test
  void aDeletedBundleThatComesBackStays() throws IOException {
    File old = installed("1.0.0");
    File successor = endpoint("1.0.1");
    delete(old);

    bundles.install(endpoint("1.0.0"));
    bundles.install(successor);

    assertThat(active()).containsExactlyInAnyOrder("1.0.0", "1.0.1");
  }

  @Test
  void nothingElseKeepsADeletedBundle() throws IOException {
    endpoint("0.9.0");
    jar("1.0.1", Map.of(Constants.BUNDLE_SYMBOLICNAME, "acme.other"));
    Files.move(endpoint("1.0.2").toPath(), load.resolve(".1.0.2.jar"));
    Files.write(load.resolve("1.0.3.jar"), new byte[100]);

    delete(installed("1.0.0"));

    assertThat(active()).isEmpty();
  }

  @Test
  void aJarThatIsNoBundleKeepsNothing() throws IOException {
    new JarOutputStream(Files.newOutputStream(load.resolve("bare.jar"))).close();
    plainJar("library.jar", Map.of());
    plainJar("unversioned.jar", Map.of(Constants.BUNDLE_SYMBOLICNAME, ENDPOINT));

    delete(installed("1.0.0"));

    assertThat(active()).isEmpty();
    installed("1.0.1");
  }

  @Test
  void aRemovalThatFailsKeepsNoOtherBundle() throws Exception {
    File other = otherEndpoint("1.0.0");
    bundles.install(other);
    Bundle removedByHand = framework.getBundleContext().getBundle(Origin.location(other));
    otherEndpoint("1.0.1");
    File old = installed("1.0.0");
    File successor = endpoint("1.0.1");
    delete(other);
    delete(old);

    removedByHand.uninstall();
    Files.delete(successor.toPath());

    await().untilAsserted(() -> assertThat(active()).isEmpty());
  }

  private File installed(String version) throws IOException {
    File jar = endpoint(version);
    bundles.install(jar);
    assertThat(active()).containsExactly(version);
    return jar;
  }

  private void delete(File jar) throws IOException {
    Files.delete(jar.toPath());
    bundles.uninstall(jar);
  }

  private List<String> active() {
    return Stream.of(framework.getBundleContext().getBundles())
        .filter(bundle -> ENDPOINT.equals(bundle.getSymbolicName()))
        .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
        .map(bundle -> bundle.getVersion().toString())
        .toList();
  }

  private File endpoint(String version) throws IOException {
    return jar(version, Map.of());
  }

  private File otherEndpoint(String version) throws IOException {
    return jar(
        "other-" + version,
        Map.of(Constants.BUNDLE_SYMBOLICNAME, "acme.other", Constants.BUNDLE_VERSION, version));
  }

  private File jar(String version, Map<String, String> headers) throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put(Constants.BUNDLE_MANIFESTVERSION, "2");
    all.put(Constants.BUNDLE_SYMBOLICNAME, ENDPOINT);
    all.put(Constants.BUNDLE_VERSION, version);
    all.put(Constants.PROVIDE_CAPABILITY, "io.sluice.endpoint;io.sluice.endpoint=acme");
    all.putAll(headers);
    return plainJar(version + ".jar", all);
  }

  private File plainJar(String name, Map<String, String> headers) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    Path file = load.resolve(name);
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
    return file.toFile();
  }
}
