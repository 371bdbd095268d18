/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Violation;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;

/** Editing a configuration touches its endpoint and no other. */
@RunWith(PaxExam.class)
public class EditIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void editTouchesThatEndpointAlone() throws Exception {
    host.start(BundleFile.MOCK);
    var orders = host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    host.endpoint("mock", "alarms", Map.of("messageInterval", 1));
    endpoints.awaitState("orders", EndpointState.UP);
    EndpointStatus before = endpoints.awaitState("alarms", EndpointState.UP);
    Reader ordersReader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    Reader alarmsReader = Reader.of(endpoints.service(MessageEndpoint.class, "alarms"));
    List<EndpointState> states = new CopyOnWriteArrayList<>();
    endpoints
        .service(Endpoint.class, "alarms")
        .addStatusListener(status -> states.add(status.state()));
    ordersReader.awaitMore(10);

    host.edit(orders, Map.of("messageInterval", 1, "messageContent", "edited"));

    await().until(() -> ordersReader.lastText().equals("edited"));
    assertThat(ordersReader.ids().lost()).isZero();
    alarmsReader.awaitMore(10);
    assertThat(alarmsReader.ids().repeated()).isZero();
    assertThat(states).isEmpty();
    assertThat(endpoints.named("alarms").status().since()).isEqualTo(before.since());
  }

  @Test
  public void badEditKeepsTheLastGoodConfigurationAtWork() throws Exception {
    host.start(BundleFile.MOCK);
    var orders = host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);

    host.edit(orders, Map.of("messageInterval", "often", "messageContent", "edited"));

    EndpointStatus status = endpoints.awaitState("orders", EndpointState.DEGRADED);
    assertThat(status.violations()).extracting(Violation::key).containsExactly("messageInterval");
    reader.awaitMore(10);
    assertThat(reader.lastText()).isEqualTo("mock message");
    assertThat(reader.ids().repeated()).isZero();

    host.edit(orders, Map.of("messageInterval", 1, "messageContent", "edited"));
    await().until(() -> reader.lastText().equals("edited"));
    assertThat(endpoints.awaitState("orders", EndpointState.UP).violations()).isEmpty();
  }

  @Test
  public void writingTheSameAgainChangesNothing() throws Exception {
    host.start(BundleFile.MOCK);
    var orders = host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    EndpointStatus before = endpoints.awaitState("orders", EndpointState.UP);
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);

    host.edit(orders, Map.of("messageInterval", 1));

    reader.awaitMore(100);
    assertThat(endpoints.named("orders").status().since()).isEqualTo(before.since());
  }
}
