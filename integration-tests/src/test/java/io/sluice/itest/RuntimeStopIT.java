/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import io.sluice.itest.host.Traces;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** Stopping the runtime ends everything that it made. */
@RunWith(PaxExam.class)
public class RuntimeStopIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void streamsCompleteAndServicesThreadsAndBeansGo() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);
    assertThat(Traces.beans()).isNotEmpty();
    Bundle runtime = host.bundle("io.sluice.endpoint.runtime");

    runtime.stop();
    try {
      assertThat(reader.end()).isEqualTo("complete");
      assertThat(endpoints.references(Endpoint.class, "orders")).isEmpty();
      assertThat(host.context().getServiceReference(EndpointRuntime.class)).isNull();
      assertThat(Traces.beans()).isEmpty();
      await().untilAsserted(() -> assertThat(Traces.threads("sluice-")).isEmpty());
    } finally {
      runtime.start();
    }

    endpoints.awaitState("orders", EndpointState.UP);
    Reader.of(endpoints.service(MessageEndpoint.class, "orders")).awaitMore(10);
  }
}
