/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.itest.bundles.faulty.FaultyEndpointFactory.Fault;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** A version that fails leaves the one that worked at work. */
@RunWith(PaxExam.class)
public class FallBackIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void versionWhoseCreateThrowsDoesNotTakeOver() throws Exception {
    survives(Fault.CREATE_THROWS);
  }

  @Test
  public void versionWhoseStartThrowsDoesNotTakeOver() throws Exception {
    survives(Fault.START_THROWS);
  }

  @Test
  public void versionWhoseStartFailsDoesNotTakeOver() throws Exception {
    survives(Fault.START_FAILS);
  }

  @Test
  public void versionWhoseCreateHangsDoesNotTakeOver() throws Exception {
    survives(Fault.CREATE_HANGS);
  }

  @Test
  public void versionWhoseStartHangsDoesNotTakeOver() throws Exception {
    survives(Fault.START_HANGS);
  }

  @Test
  public void versionWithoutAPredecessorFailsAndIsHealedByTheNext() throws Exception {
    Bundle faulty = host.start(BundleFile.faulty(Fault.START_FAILS));
    host.endpoint("faulty", "orders", Map.of());

    EndpointStatus status = endpoints.awaitState("orders", EndpointState.FAILED);
    assertThat(status.reason()).contains("start fails on purpose");

    host.update(faulty, BundleFile.faulty(Fault.NONE).version("1.0.1"));
    endpoints.awaitVersion("orders", "1.0.1");
  }

  private void survives(Fault fault) throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "bystander", Map.of("messageInterval", 1));
    Reader bystander = Reader.of(endpoints.service(MessageEndpoint.class, "bystander"));
    host.start(BundleFile.faulty(Fault.NONE));
    host.endpoint("faulty", "orders", Map.of("callTimeout", 500));
    endpoints.awaitVersion("orders", "1.0.0");

    Bundle worse = host.start(BundleFile.faulty(fault).version("1.1.0"));

    await()
        .untilAsserted(
            () -> {
              ManagedEndpoint orders = endpoints.named("orders");
              assertThat(orders.status().state()).isEqualTo(EndpointState.DEGRADED);
              assertThat(orders.status().reason()).contains("1.1.0");
              assertThat(orders.version()).contains("1.0.0");
            });
    assertThat(servedBy()).isEqualTo("1.0.0");
    bystander.awaitMore(10);
    assertThat(bystander.ids().repeated()).isZero();

    host.update(worse, BundleFile.faulty(Fault.NONE).version("1.1.1"));
    endpoints.awaitVersion("orders", "1.1.1");
    assertThat(servedBy()).isEqualTo("1.1.1");
  }

  private String servedBy() throws Exception {
    return endpoints
        .service(ProxyEndpoint.class, "orders")
        .exchange(ProxyRequest.builder("GET", "/").build())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .headers()
        .text("served-by")
        .orElseThrow();
  }
}
