/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** Endpoints share the keys of their group. */
@RunWith(PaxExam.class)
public class GroupIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void keysOfTheEndpointWinFieldByField() throws Exception {
    host.start(BundleFile.MOCK);
    host.configure(
        "io.sluice.group",
        "shared",
        Map.of("messageInterval", 1, "messageContent", "shared", "http.status", 203));
    host.endpoint("mock", "orders", Map.of("group", "shared", "http.body", "own"));
    host.endpoint("mock", "alarms", Map.of("group", "shared", "messageContent", "own"));
    endpoints.awaitState("orders", EndpointState.UP);
    endpoints.awaitState("alarms", EndpointState.UP);

    assertThat(endpoints.named("orders").configuration()).containsEntry("messageContent", "shared");
    assertThat(http("orders").get("body")).isEqualTo("own");
    assertThat(http("orders").get("status")).hasToString("203");
    assertThat(endpoints.named("alarms").configuration()).containsEntry("messageContent", "own");
  }

  @Test
  public void editOfAGroupReachesItsEndpoints() throws Exception {
    host.start(BundleFile.MOCK);
    var group = host.configure("io.sluice.group", "shared", Map.of("messageInterval", 1));
    host.endpoint("mock", "orders", Map.of("group", "shared"));
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);

    host.edit(group, Map.of("messageInterval", 1, "messageContent", "edited"));

    await().until(() -> reader.lastText().equals("edited"));
    assertThat(reader.ids().lost()).isZero();
  }

  private Map<?, ?> http(String name) {
    return (Map<?, ?>) endpoints.named(name).configuration().get("http");
  }
}
