/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bundle asks its host for the runtime, and makes use of the rest where it is. */
class ManifestIT {

  @Test
  void importsTheApiTheRuntimeAndOptionalPackages() throws IOException {
    assertThat(imports(false))
        .containsExactlyInAnyOrder(
            "io.sluice.endpoint", "io.sluice.endpoint.runtime", "org.slf4j", "org.osgi.framework");
    assertThat(imports(true))
        .containsExactlyInAnyOrder(
            "org.apache.felix.hc.api",
            "org.apache.felix.hc.api.execution",
            "org.apache.felix.service.command",
            "org.osgi.service.metatype",
            "sun.misc");
  }

  @Test
  void exportsNothing() throws IOException {
    assertThat(headers().getValue("Export-Package")).isNull();
  }

  /** What the framework offers of the JDK is left out. */
  private static Stream<String> imports(boolean optional) throws IOException {
    return Stream.of(headers().getValue("Import-Package").split(",(?=[a-z])"))
        .filter(clause -> clause.contains("resolution:=optional") == optional)
        .map(clause -> clause.replaceAll(";.*", ""))
        .filter(name -> !name.matches("javax?\\..*"));
  }

  private static Attributes headers() throws IOException {
    try (JarFile jar = new JarFile(System.getProperty("bundle.file"))) {
      return jar.getManifest().getMainAttributes();
    }
  }
}
