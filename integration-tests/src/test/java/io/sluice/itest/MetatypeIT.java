/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.itest.bundles.faulty.FaultyEndpointFactory.Fault;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Host;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Management tools see one form a type. */
@RunWith(PaxExam.class)
public class MetatypeIT {

  @Rule public final Host host = new Host();

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void oneFormForEachTypeWhileABundleServesIt() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    await().untilAsserted(() -> assertThat(forms()).contains(MOCK_PID));

    ObjectClassDefinition form = information().getObjectClassDefinition(MOCK_PID, null);
    assertThat(form.getAttributeDefinitions(ObjectClassDefinition.ALL))
        .extracting(AttributeDefinition::getID)
        .contains("name", "version", "drain", "messageInterval", "http.status");
    assertThat(form.getAttributeDefinitions(ObjectClassDefinition.ALL))
        .filteredOn(attribute -> attribute.getID().equals("messageInterval"))
        .singleElement()
        .satisfies(
            attribute -> {
              assertThat(attribute.getName()).isEqualTo("Interval between messages publication");
              assertThat(attribute.getDefaultValue()).containsExactly("1000");
            });

    host.start(BundleFile.faulty(Fault.NONE));
    await()
        .untilAsserted(
            () -> assertThat(forms()).contains(MOCK_PID, MOCK_PID.replace("mock", "faulty")));

    host.uninstall(mock);
    await().untilAsserted(() -> assertThat(forms()).doesNotContain(MOCK_PID));
  }

  private List<String> forms() {
    return List.of(information().getFactoryPids());
  }

  private MetaTypeInformation information() {
    return host.service(MetaTypeService.class)
        .getMetaTypeInformation(host.bundle("io.sluice.endpoint.management"));
  }

  private static final String MOCK_PID = "io.sluice.endpoint.mock";
}
