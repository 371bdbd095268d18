/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.runtime.RuntimeListener;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Traces;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.InvalidSyntaxException;

/** The bundle for operators shows what it can where no shell, Metatype and health checks are. */
@RunWith(PaxExam.class)
public class ManagementAloneIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.minimalWithManagement();
  }

  @Test
  public void jmxWorksAndHealthChecksWaitForTheirApi() throws Exception {
    assertThat(host.bundle("org.apache.felix.gogo.runtime")).isNull();
    assertThat(host.bundle("org.apache.felix.metatype")).isNull();
    assertThat(host.bundle("org.apache.felix.healthcheck.api")).isNull();
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of());
    endpoints.awaitState("orders", EndpointState.UP);

    assertThat(host.bundle("io.sluice.endpoint.management").getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(listeners()).containsExactlyInAnyOrder("EndpointBeans", "HealthChecks");
    await().untilAsserted(() -> assertThat(Traces.beans()).hasSize(1));
  }

  /** Names of the classes; to get one activates its component. */
  private Stream<String> listeners() throws InvalidSyntaxException {
    return host.context().getServiceReferences(RuntimeListener.class, null).stream()
        .map(reference -> host.context().getService(reference).getClass().getSimpleName());
  }
}
