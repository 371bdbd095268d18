/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** What {@code jcmd} says of the classes and the heap of a process. */
final class LoadedClasses {

  private final long pid;

  LoadedClasses(Process process) {
    pid = process.pid();
  }

  /** In how many class loaders a class is loaded, after a garbage collection. */
  long loadersOf(String className) throws IOException, InterruptedException {
    jcmd("GC.run");
    return jcmd("VM.classloaders", "show-classes=true")
        .lines()
        .filter(line -> line.strip().endsWith(className))
        .count();
  }

  /**
   * Asserts that a class is loaded once. Soft references and what a last request still holds may
   * take another collection.
   */
  void assertOneLoaderOf(String className) {
    await("one class loader of " + className)
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(loadersOf(className)).isEqualTo(1));
  }

  /** Bytes of heap in use after a garbage collection. */
  long heapInUse() throws IOException, InterruptedException {
    jcmd("GC.run");
    String histogram = jcmd("GC.class_histogram");
    String total = histogram.strip().substring(histogram.strip().lastIndexOf("Total"));
    return Long.parseLong(total.strip().split("\\s+")[2]);
  }

  private String jcmd(String... command) throws IOException, InterruptedException {
    String[] line = new String[command.length + 2];
    line[0] = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    line[1] = Long.toString(pid);
    System.arraycopy(command, 0, line, 2, command.length);
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", line) + ": " + output);
    }
    return output;
  }
}
