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
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
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

    assertThat(reference)
        .matches(says(EndpointFactory.ENDPOINT_TYPE, "mock"))
        .matches(says(EndpointFactory.ENDPOINT_VERSION, mock.getVersion().toString()))
        .matches(says(EndpointFactory.ENDPOINT_MODES, "CONSUME", "PUBLISH", "EXCHANGE"))
        .matches(
            says(EndpointFactory.ENDPOINT_QOS, "NONE", "AUTO", "AT_MOST_ONCE", "AT_LEAST_ONCE"))
        .matches(says(EndpointFactory.ENDPOINT_CAPABILITIES, "resume"));
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

  private static Predicate<ServiceReference<?>> says(String property, String... values) {
    return reference ->
        Stream.of(values)
            .allMatch(value -> filter("(" + property + "=" + value + ")").match(reference));
  }

  private static Filter filter(String text) {
    try {
      return FrameworkUtil.createFilter(text);
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
