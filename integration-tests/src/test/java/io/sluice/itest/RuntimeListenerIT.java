/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** A component of another bundle listens to the runtime and uses it, whichever came first. */
@RunWith(PaxExam.class)
public class RuntimeListenerIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.minimal();
  }

  @Test
  public void hearsOfWhatIsThereAndOfWhatComes() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "spare-early", Map.of());
    endpoints.awaitState("spare-early", EndpointState.UP);

    host.start(BundleFile.OPERATOR);
    awaitDrained("spare-early");
    host.endpoint("mock", "orders", Map.of());
    host.endpoint("mock", "spare-late", Map.of());
    awaitDrained("spare-late");
    endpoints.awaitState("orders", EndpointState.UP);
  }

  @Test
  public void hearsOfARuntimeThatComesLater() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "spare", Map.of());
    Bundle runtime = host.bundle("io.sluice.endpoint.runtime");
    runtime.stop();
    try {
      host.start(BundleFile.OPERATOR);
    } finally {
      runtime.start();
    }

    awaitDrained("spare");
  }

  private void awaitDrained(String name) {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(endpoints.named(name).status().reason()).as(name).contains("drained"));
  }
}
