/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command line of a broker that runs from a folder of jars: small, and made to start fast. */
final class JavaCommand {

  private JavaCommand() {}

  /**
   * The command without the broker's own options.
   *
   * @param property system property that names the folder
   * @param module the module of this project that fills the folder when it is built
   */
  static List<String> of(String property, String module, String mainClass) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        library(property, module).resolve("*").toString(),
        mainClass);
  }

  private static Path library(String property, String module) {
    String folder = System.getProperty(property);
    if (folder == null) {
      throw new IllegalStateException(
          "The system property %s must name the folder of the broker's jars: build the module %2$s (mvn -pl %2$s package) and run with -D%1$s=%2$s/target/lib"
              .formatted(property, module));
    }
    if (!Files.isDirectory(Path.of(folder))) {
      throw new IllegalStateException(
          "%s=%s is no folder; mvn -pl %s package makes it".formatted(property, folder, module));
    }
    return Path.of(folder);
  }
}
