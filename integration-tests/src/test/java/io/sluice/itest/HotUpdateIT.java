/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Holder;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** Bundles are replaced while messages flow, and nothing is lost. */
@RunWith(PaxExam.class)
public class HotUpdateIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void streamGoesOnWhenTheBundleIsUpdated() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    Reader reader = Reader.of(endpoint);
    reader.awaitMore(100);

    for (int i = 1; i <= 5; i++) {
      host.update(mock, BundleFile.MOCK.version("1.0." + i));
      reader.awaitMore(100);
      endpoints.awaitVersion("orders", "1.0." + i);
    }

    assertThat(reader.ids().lost()).isZero();
    assertThat(reader.ids().farthestRepeat()).isLessThanOrEqualTo(WINDOW);
    assertThat(endpoints.service(MessageEndpoint.class, "orders")).isSameAs(endpoint);
  }

  @Test
  public void competingStreamsGetWhatWasUnsettledOnceMoreAndNothingElse() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1, "drain", 100));
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    endpoints.awaitState("orders", EndpointState.UP);
    Holder holder = Holder.of(endpoint);
    holder.take();
    Reader reader = Reader.of(endpoint);
    reader.awaitMore(50);

    for (int i = 1; i <= 5; i++) {
      host.update(mock, BundleFile.MOCK.version("1.0." + i));
      reader.awaitMore(50);
      endpoints.awaitVersion("orders", "1.0." + i);
      assertThat(reader.ids().lost()).as("what was held has come again").isZero();
      if (i < 5) {
        holder.take();
      }
    }

    assertThat(reader.ids().repeated()).isZero();
  }

  @Test
  public void publishesInFlightAreConfirmedAcrossAnUpdate() throws Exception {
    Bundle mock = host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("faults.publishLatency", 300, "drain", 0));
    endpoints.awaitState("orders", EndpointState.UP);
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    List<CompletableFuture<Receipt>> receipts =
        IntStream.range(0, 100)
            .mapToObj(i -> endpoint.publish(Message.of("m" + i)).toCompletableFuture())
            .toList();

    host.update(mock, BundleFile.MOCK.version("1.0.1"));

    for (CompletableFuture<Receipt> receipt : receipts) {
      assertThat(receipt.get(10, TimeUnit.SECONDS).error()).isEmpty();
    }
  }

  @Test
  public void highestVersionServesWhileTwoAreSideBySide() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    endpoints.awaitVersion("orders", "1.0.0");
    reader.awaitMore(10);

    Bundle higher = host.start(BundleFile.MOCK.version("1.2.0"));
    endpoints.awaitVersion("orders", "1.2.0");
    reader.awaitMore(10);
    host.start(BundleFile.MOCK.version("1.1.0"));
    await().until(() -> host.service(EndpointRuntime.class).types().size() == 3);
    assertThat(endpoints.named("orders").version()).contains("1.2.0");

    host.uninstall(higher);
    endpoints.awaitVersion("orders", "1.1.0");
    reader.awaitMore(10);
    assertThat(reader.ids().lost()).isZero();
    assertThat(reader.ids().farthestRepeat()).isLessThanOrEqualTo(WINDOW);
  }

  @Test
  public void pinnedEndpointIsServedByTheHighestVersionInItsRange() throws Exception {
    host.start(BundleFile.MOCK);
    host.start(BundleFile.MOCK.version("2.0.0"));
    var pinned = host.endpoint("mock", "pinned", Map.of("version", "[1,2)"));
    host.endpoint("mock", "free", Map.of());

    endpoints.awaitVersion("pinned", "1.0.0");
    endpoints.awaitVersion("free", "2.0.0");

    host.start(BundleFile.MOCK.version("1.1.0"));
    endpoints.awaitVersion("pinned", "1.1.0");

    host.edit(pinned, Map.of("version", "[3,4)"));
    await()
        .untilAsserted(
            () ->
                assertThat(endpoints.named("pinned").status().reason())
                    .contains("[3.0.0,4.0.0)", "1.1.0", "2.0.0"));
    assertThat(endpoints.named("free").version()).contains("2.0.0");
  }

  private static final int WINDOW = 1024;
}
