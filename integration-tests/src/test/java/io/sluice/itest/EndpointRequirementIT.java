/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.itest.bundles.faulty.FaultyEndpointFactory.Fault;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Host;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** A requirement alone says which endpoint bundle a resolver has to bring. */
@RunWith(PaxExam.class)
public class EndpointRequirementIT {

  @Rule public final Host host = new Host();

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void requirementMatchesTheCapabilityOfTheMockBundleAndOfNoOther() throws Exception {
    BundleRequirement required =
        host.install(BundleFile.NEEDY)
            .adapt(BundleRevision.class)
            .getDeclaredRequirements(NAMESPACE)
            .get(0);

    assertThat(required.matches(capability(BundleFile.MOCK))).isTrue();
    assertThat(required.matches(capability(BundleFile.faulty(Fault.NONE)))).isFalse();
  }

  @Test
  public void capabilityBearsTheVersionOfItsBundle() throws Exception {
    BundleCapability capability = capability(BundleFile.MOCK);

    assertThat(capability.getAttributes())
        .containsEntry(NAMESPACE, "mock")
        .containsEntry("version", capability.getRevision().getVersion());
  }

  @Test
  public void bundleWithTheRequirementStaysWhileItsEndpointIsAway() throws Exception {
    Bundle needy = host.start(BundleFile.NEEDY);
    assertThat(needy.getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(needy.getRegisteredServices()).isNull();

    Bundle mock = host.start(BundleFile.MOCK);
    await().until(() -> needy.getRegisteredServices() != null);

    host.uninstall(mock);
    host.refresh();
    assertThat(needy.getState()).isEqualTo(Bundle.ACTIVE);
  }

  private BundleCapability capability(BundleFile file) throws Exception {
    return host.install(file).adapt(BundleRevision.class).getDeclaredCapabilities(NAMESPACE).get(0);
  }

  private static final String NAMESPACE = "io.sluice.endpoint";
}
