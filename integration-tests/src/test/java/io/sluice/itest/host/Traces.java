/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.awaitility.core.ConditionTimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** What a bundle that has left may have left behind. */
public final class Traces {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Pattern LIBRARY = Pattern.compile("\\.(so|dll|dylib|jnilib)$");

  private Traces() {}

  /** The names of the live threads that have this in them. */
  public static List<String> threads(String part) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.contains(part))
        .sorted()
        .toList();
  }

  /** The live threads that run with a class loader or are of one of its classes. */
  public static List<Thread> threadsOf(ClassLoader loader) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(
            thread ->
                thread.getContextClassLoader() == loader
                    || thread.getClass().getClassLoader() == loader)
        .toList();
  }

  /** The security providers, each with the loader of its class. */
  public static List<String> securityProviders() {
    return Stream.of(Security.getProviders())
        .map(provider -> provider.getName() + " of " + provider.getClass().getClassLoader())
        .toList();
  }

  /** The MBeans of Sluice. */
  public static Set<ObjectName> beans() {
    return beans("io.sluice*:*");
  }

  /** The MBeans whose names match a pattern. */
  public static Set<ObjectName> beans(String pattern) {
    try {
      return ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName(pattern), null);
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The native libraries in the folder for temporary files, where many libraries extract theirs.
   */
  public static Set<String> extractedLibraries() {
    String[] names =
        new File(System.getProperty("java.io.tmpdir"))
            .list((folder, name) -> LIBRARY.matcher(name).find());
    return Set.of(names == null ? new String[0] : names);
  }

  /** The class loader that a bundle has now. */
  public static WeakReference<ClassLoader> loaderOf(Bundle bundle) {
    return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
  }

  /**
   * Waits until at most so many class loaders are left. The tests run with soft references that go
   * at each collection, so that these need no pressure on memory.
   *
   * @throws AssertionError naming a heap dump, when more stay
   */
  public static void awaitCollected(Collection<WeakReference<ClassLoader>> loaders, int left) {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                System.gc();
                return alive(loaders) <= left;
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          alive(loaders) + " class loaders are left, see the heap dump " + dump(), e);
    }
  }

  private static long alive(Collection<WeakReference<ClassLoader>> loaders) {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }

  private static Path dump() {
    Path file = Path.of("target", "leak.hprof").toAbsolutePath();
    try {
      Files.deleteIfExists(file);
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(file.toString(), true);
    } catch (IOException e) {
      throw new AssertionError("no heap dump", e);
    }
    return file;
  }
}
