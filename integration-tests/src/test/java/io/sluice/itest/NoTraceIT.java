/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.MixedLoad;
import io.sluice.itest.host.Traces;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** A bundle that has left leaves no thread, no MBean and no class loader behind. */
@RunWith(PaxExam.class)
public class NoTraceIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void nothingIsLeftAfterUninstallAndRefresh() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    try (MixedLoad load = MixedLoad.on(endpoints, "orders")) {
      load.awaitSome();
      assertThat(Traces.threads("sluice-mock-")).isNotEmpty();
      WeakReference<ClassLoader> loader = Traces.loaderOf(mock);

      host.uninstall(mock);
      host.refresh();

      assertThat(Traces.threads("sluice-mock-")).isEmpty();
      Traces.awaitCollected(List.of(loader), 0);
    }
  }

  @Test
  public void noBeanIsLeftWhenTheConfigurationsAreGone() throws Exception {
    host.start(BundleFile.MOCK);
    var configuration = host.endpoint("mock", "orders", Map.of());
    endpoints.awaitState("orders", EndpointState.UP);
    await().until(() -> !Traces.beans().isEmpty());

    host.delete(configuration);

    await().until(() -> Traces.beans().isEmpty());
  }

  @Test
  public void fiftyUpdatesInTrafficLeaveOneClassLoader() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    try (MixedLoad load = MixedLoad.on(endpoints, "orders")) {
      for (int i = 1; i <= 50; i++) {
        load.awaitSome();
        loaders.add(Traces.loaderOf(mock));
        host.update(mock, BundleFile.MOCK.version("1.0." + i));
      }
      load.awaitSome();
      loaders.add(Traces.loaderOf(mock));

      host.refresh();
      Traces.awaitCollected(loaders, 1);
      load.awaitSome();
      assertThat(load.reader().ids().lost()).isZero();

      host.uninstall(mock);
      host.refresh();
      assertThat(Traces.threads("sluice-mock-")).isEmpty();
      Traces.awaitCollected(loaders, 0);
    }
  }
}
