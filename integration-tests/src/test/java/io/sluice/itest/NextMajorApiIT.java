/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A bundle for a newer major version of the API stays out and disturbs nothing. */
@RunWith(PaxExam.class)
public class NextMajorApiIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void bundleDoesNotResolveAndTheOthersGoOn() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);
    Bundle next = host.install(BundleFile.NEXT_MAJOR_API);

    assertThatThrownBy(next::start)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("io.sluice.endpoint");

    assertThat(next.getState()).isEqualTo(Bundle.INSTALLED);
    host.endpoint("faulty", "later", Map.of());
    endpoints.awaitState("later", EndpointState.UNSATISFIED);
    reader.awaitMore(10);
    assertThat(reader.ids().repeated()).isZero();
    assertThat(endpoints.named("orders").status().state()).isEqualTo(EndpointState.UP);
  }
}
