/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedPipe;
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

/** A pipe carries every message from one endpoint to another. */
@RunWith(PaxExam.class)
public class PipeIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void everyMessageArrivesAcrossUpdatesOfTheBundle() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint(
        "mock",
        "source",
        Map.of("messageInterval", 1, "messageTemplate", true, "messageContent", "{{index}}"));
    host.endpoint("mock", "target", Map.of("echo", true, "messageCount", 0));
    endpoints.awaitState("target", EndpointState.UP);
    Reader arrived =
        Reader.of(
            endpoints.service(MessageEndpoint.class, "target"),
            message -> Integer.parseInt(message.text()));

    host.configure("io.sluice.pipe", "copy", Map.of("from", "source", "to", "target"));
    arrived.awaitMore(100);
    host.update(mock, BundleFile.MOCK.version("1.0.1"));
    arrived.awaitMore(100);

    assertThat(arrived.ids().lost()).isZero();
    assertThat(arrived.ids().farthestRepeat()).isLessThanOrEqualTo(1024);
    ManagedPipe pipe = host.service(EndpointRuntime.class).pipes().get(0);
    assertThat(pipe.status().state()).isEqualTo(EndpointState.UP);
    assertThat(pipe.status().counters().out()).isGreaterThan(200);
  }
}
