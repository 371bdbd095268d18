/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.bundles.faulty.FaultyEndpointFactory;
import io.sluice.itest.bundles.needy.NeedyComponent;
import io.sluice.itest.bundles.operator.DrainingOperator;
import io.sluice.itest.bundles.reader.StreamReader;
import io.sluice.itest.host.BundleFile;
import java.io.File;
import java.net.URISyntaxException;
import java.util.Map;

/** Builds the bundles that only tests need, as the build makes real ones: by bnd. */
final class TestBundles {

  private static boolean built;

  private TestBundles() {}

  /** Once a run. */
  static synchronized void build() {
    if (built) {
      return;
    }
    for (FaultyEndpointFactory.Fault fault : FaultyEndpointFactory.Fault.values()) {
      build(
          FaultyEndpointFactory.class,
          BundleFile.faulty(fault),
          Map.of(FaultyEndpointFactory.FAULT_HEADER, fault.name()));
    }
    build(
        FaultyEndpointFactory.class,
        BundleFile.NEXT_MAJOR_API,
        Map.of("Import-Package", "io.sluice.endpoint;version='[2,3)',*"));
    build(NeedyComponent.class, BundleFile.NEEDY, Map.of());
    build(StreamReader.class, BundleFile.READER, Map.of());
    build(DrainingOperator.class, BundleFile.OPERATOR, Map.of());
    built = true;
  }

  private static void build(Class<?> content, BundleFile target, Map<String, String> headers) {
    String contentPackage = content.getPackageName();
    try (Builder bnd = new Builder()) {
      bnd.setProperty("Bundle-SymbolicName", contentPackage);
      bnd.setProperty("Bundle-Version", "1.0.0");
      bnd.setProperty("Private-Package", contentPackage);
      headers.forEach(bnd::setProperty);
      bnd.addClasspath(classPathEntry(TestBundles.class));
      bnd.addClasspath(classPathEntry(Endpoint.class));
      bnd.addClasspath(classPathEntry(EndpointRuntime.class));
      Jar jar = bnd.build();
      if (!bnd.isOk()) {
        throw new IllegalStateException(target + ": " + bnd.getErrors() + bnd.getWarnings());
      }
      jar.write(target.path().toFile());
    } catch (Exception e) {
      throw new IllegalStateException("cannot build " + target, e);
    }
  }

  private static File classPathEntry(Class<?> type) throws URISyntaxException {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
