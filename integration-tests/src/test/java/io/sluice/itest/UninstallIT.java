/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** An endpoint whose bundle has left waits for the next one. */
@RunWith(PaxExam.class)
public class UninstallIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void openStreamsAndPublishesWaitForTheBundleToComeBack() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    Reader reader = Reader.of(endpoint);
    reader.awaitMore(10);

    host.uninstall(mock);

    endpoints.awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(endpoints.named("orders").version()).isEmpty();
    assertThat(reader.end()).isNull();
    CompletableFuture<Receipt> receipt =
        endpoint.publish(Message.of("meanwhile")).toCompletableFuture();
    assertThat(receipt).isNotDone();

    host.start(BundleFile.MOCK);

    endpoints.awaitState("orders", EndpointState.UP);
    assertThat(receipt.get(10, TimeUnit.SECONDS).isConfirmed()).isTrue();
    reader.awaitMore(10);
    assertThat(reader.ids().lost()).isZero();
  }
}
