/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Violation;
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

/** What is wrong with a configuration shows, heals, and disturbs nothing else. */
@RunWith(PaxExam.class)
public class MistakenConfigurationIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void allMistakesAreListedAtOnce() throws Exception {
    host.start(BundleFile.MOCK);
    var configuration =
        host.endpoint(
            "mock",
            "orders",
            Map.of(
                "messageInterval", "often",
                "messageCount", -1,
                "messageContnet", "hello",
                "http.status", 99,
                "drain", "soon"));

    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(endpoints.named("orders").status().violations())
                    .extracting(Violation::pointer)
                    .containsExactlyInAnyOrder(
                        "/messageInterval",
                        "/messageCount",
                        "/messageContnet",
                        "/http/status",
                        "/drain"));
    EndpointStatus status = endpoints.awaitState("orders", EndpointState.INVALID);
    assertThat(status.violations())
        .filteredOn(violation -> violation.key().equals("messageContnet"))
        .singleElement()
        .satisfies(violation -> assertThat(violation.message()).contains("'messageContent'"));

    host.edit(configuration, Map.of("messageInterval", 1));
    endpoints.awaitState("orders", EndpointState.UP);
  }

  @Test
  public void unknownTypeWaitsAndSaysWhichTypesThereAre() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of());
    endpoints.awaitState("orders", EndpointState.UP);

    host.endpoint("carrier-pigeon", "letters", Map.of());

    EndpointStatus status = endpoints.awaitState("letters", EndpointState.UNSATISFIED);
    assertThat(status.reason()).contains("carrier-pigeon", "mock");
    assertThat(endpoints.named("orders").status().state()).isEqualTo(EndpointState.UP);
  }

  @Test
  public void laterConfigurationOfATakenNameIsInvalidUntilTheNameIsFree() throws Exception {
    host.start(BundleFile.MOCK);
    var first = host.endpoint("mock", "first", Map.of("name", "orders", "messageInterval", 1));
    endpoints.awaitState("orders", EndpointState.UP);
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);

    var second = host.endpoint("mock", "second", Map.of("name", "orders"));

    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              EndpointStatus status = endpoints.ofPid(second.getPid()).status();
              assertThat(status.state()).isEqualTo(EndpointState.INVALID);
              assertThat(status.violations().toString()).contains(first.getPid());
            });
    assertThat(endpoints.named("orders").pid()).isEqualTo(first.getPid());
    reader.awaitMore(10);
    assertThat(reader.ids().repeated()).isZero();

    host.delete(first);
    await().ignoreExceptions().until(() -> endpoints.named("orders").pid().equals(second.getPid()));
    endpoints.awaitState("orders", EndpointState.UP);
  }
}
