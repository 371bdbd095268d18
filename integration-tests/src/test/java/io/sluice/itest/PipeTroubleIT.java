/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.KafkaTopic;
import io.sluice.itest.host.Reader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.service.cm.Configuration;

/** A pipe keeps its messages while its target is in trouble. */
@RunWith(PaxExam.class)
public class PipeTroubleIT {

  private static final int COUNT = 300;

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);
  private final KafkaTopic source = new KafkaTopic();
  private final KafkaTopic target = new KafkaTopic();

  @org.ops4j.pax.exam.Configuration
  public Option[] host() {
    return HostConfiguration.completeWithKafka();
  }

  @Test
  public void whatATargetThatGaveUpDidNotTakeArrivesWhenItIsRepaired() throws Exception {
    host.start(BundleFile.KAFKA);
    host.endpoint("kafka", "source", source.endpoint());
    Configuration copy =
        host.endpoint(
            "kafka",
            "target",
            target.endpoint(Map.of("bootstrapServers", "127.0.0.1:1", "reconnect.maxAttempts", 2)));
    endpoints.awaitState("source", EndpointState.UP);
    publish(endpoints.service(MessageEndpoint.class, "source"));
    host.configure("io.sluice.pipe", "copy", Map.of("from", "source", "to", "target"));
    endpoints.awaitState("target", EndpointState.FAILED);
    await().until(() -> !host.service(EndpointRuntime.class).pipes().isEmpty());

    await().until(() -> pipe().reason().contains("'target' takes no messages"));
    assertThat(pipe().state()).isEqualTo(EndpointState.DEGRADED);
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(20))
        .until(() -> pipe().counters().unsettled() <= 1024 && pipe().counters().out() == 0);
    host.edit(copy, target.endpoint());
    endpoints.awaitState("target", EndpointState.UP); // a reader of the failed one would end

    Reader arrived =
        Reader.of(
            endpoints.service(MessageEndpoint.class, "target"),
            message -> Integer.parseInt(message.text()));
    arrived.awaitAll(COUNT);
    assertThat(arrived.ids().lost()).isZero();
    await().until(() -> pipe().state() == EndpointState.UP);
  }

  private EndpointStatus pipe() {
    return host.service(EndpointRuntime.class).pipes().get(0).status();
  }

  private static void publish(MessageEndpoint endpoint) throws Exception {
    List<CompletableFuture<Receipt>> receipts =
        IntStream.range(0, COUNT)
            .mapToObj(i -> endpoint.publish(Message.of("" + i)).toCompletableFuture())
            .toList();
    for (CompletableFuture<Receipt> receipt : receipts) {
      receipt.get(30, TimeUnit.SECONDS).orThrow();
    }
  }
}
