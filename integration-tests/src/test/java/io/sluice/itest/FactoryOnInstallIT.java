/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Host;
import java.util.Collection;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** An endpoint bundle that is dropped in offers its factory at once. */
@RunWith(PaxExam.class)
public class FactoryOnInstallIT {

  @Rule public final Host host = new Host();

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void factoryServiceAppearsAndGoesWithTheBundle() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);

    await().until(() -> factories().size() == 1);

    host.uninstall(mock);
    assertThat(factories()).isEmpty();
  }

  @Test
  public void servicePropertiesDescribeTheType() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    await().until(() -> factories().size() == 1);

    ServiceReference<EndpointFactory> reference = factories().iterator().next();

    assertThat(reference.getProperty(EndpointFactory.ENDPOINT_TYPE)).isEqualTo("mock");
    assertThat(reference.getProperty(EndpointFactory.ENDPOINT_VERSION))
        .isEqualTo(mock.getVersion().toString());
    assertThat((String[]) reference.getProperty(EndpointFactory.ENDPOINT_MODES))
        .containsExactlyInAnyOrder("CONSUME", "PUBLISH", "EXCHANGE");
    assertThat((String[]) reference.getProperty(EndpointFactory.ENDPOINT_QOS))
        .containsExactlyInAnyOrder("NONE", "AUTO", "AT_MOST_ONCE", "AT_LEAST_ONCE");
    assertThat((String[]) reference.getProperty(EndpointFactory.ENDPOINT_CAPABILITIES))
        .contains(EndpointType.RESUME);
  }

  @Test
  public void runtimeShowsTheType() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);

    await().until(() -> !host.service(EndpointRuntime.class).types().isEmpty());

    assertThat(host.service(EndpointRuntime.class).types())
        .extracting(EndpointType::toString)
        .containsExactly("mock " + mock.getVersion());
  }

  private Collection<ServiceReference<EndpointFactory>> factories() throws InvalidSyntaxException {
    return host.context().getServiceReferences(EndpointFactory.class, null);
  }
}
