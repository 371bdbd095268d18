/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
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

/** A configuration waits for its bundle, and so do calls. */
@RunWith(PaxExam.class)
public class LateBindingIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void configurationWaitsForItsBundle() throws Exception {
    host.endpoint("mock", "orders", Map.of());

    EndpointStatus waiting = endpoints.awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(waiting.reason()).contains("mock");
    assertThat(endpoints.named("orders").version()).isEmpty();

    host.start(BundleFile.MOCK);
    endpoints.awaitVersion("orders", "1.0.0");
  }

  @Test
  public void streamsAndPublishesBeginWhenTheBundleComes() throws Exception {
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    Reader reader = Reader.of(endpoint);
    CompletableFuture<Receipt> receipt =
        endpoint.publish(Message.of("early")).toCompletableFuture();
    assertThat(receipt).isNotDone();

    host.start(BundleFile.MOCK);

    assertThat(receipt.get(10, TimeUnit.SECONDS).isConfirmed()).isTrue();
    reader.awaitMore(10);
    assertThat(reader.ids().lost()).isZero();
  }
}
