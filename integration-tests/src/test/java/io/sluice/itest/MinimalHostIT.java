/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;

/** The runtime does without everything that it can do without. */
@RunWith(PaxExam.class)
public class MinimalHostIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.minimal();
  }

  @Test
  public void endpointsWorkWithoutTheBundleForOperators() throws Exception {
    assertThat(host.bundle("io.sluice.endpoint.management")).isNull();
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));

    Reader.of(endpoints.service(MessageEndpoint.class, "orders")).awaitMore(10);

    assertThat(endpoints.named("orders").status().state()).isEqualTo(EndpointState.UP);
  }
}
