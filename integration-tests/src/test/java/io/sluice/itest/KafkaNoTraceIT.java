/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.options;

import io.sluice.endpoint.MessageEndpoint;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.KafkaCodec;
import io.sluice.itest.host.KafkaTopic;
import io.sluice.itest.host.RoundTrips;
import io.sluice.itest.host.Traces;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/**
 * The Kafka bundle leaves no thread, MBean, security provider, extracted library or class loader
 * behind.
 */
@RunWith(PaxExam.class)
public class KafkaNoTraceIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);
  private List<String> providers;
  private Set<String> libraries;

  @Configuration
  public Option[] host() {
    return options(
        HostConfiguration.storage("no-trace"), composite(HostConfiguration.completeWithKafka()));
  }

  @Before
  public void remember() {
    providers = Traces.securityProviders();
    libraries = Traces.extractedLibraries();
  }

  @Test
  public void nothingIsLeftAfterUninstallAndRefresh() throws Exception {
    Bundle kafka = host.start(BundleFile.KAFKA);
    KafkaTopic topic = new KafkaTopic();
    List<MessageEndpoint> writers = new ArrayList<>();
    for (KafkaCodec codec : KafkaCodec.values()) {
      host.endpoint("kafka", codec.toString(), codec.endpoint(topic));
      writers.add(endpoints.service(MessageEndpoint.class, codec.toString()));
    }
    try (RoundTrips trips = RoundTrips.begin(1, writers)) {
      trips.awaitMore();
      WeakReference<ClassLoader> loader = Traces.loaderOf(kafka);
      assertThat(Traces.threads("kafka")).isNotEmpty();
      assertThat(Traces.threadsOf(loader.get())).isNotEmpty();
      assertThat(Traces.beans("kafka.*:*")).isNotEmpty();

      host.uninstall(kafka);
      host.refresh();

      assertThat(Traces.threadsOf(loader.get())).isEmpty();
      assertNothingIsLeft(List.of(loader));
    }
  }

  @Test
  public void fiftyUpdatesInTrafficLeaveOneClassLoader() throws Exception {
    Bundle kafka = host.start(BundleFile.KAFKA);
    KafkaTopic topic = new KafkaTopic();
    var configuration = host.endpoint("kafka", "orders", KafkaCodec.NONE.endpoint(topic));
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    try (RoundTrips trips = RoundTrips.begin(5, List.of(endpoint))) {
      trips.awaitMore();
      for (KafkaCodec codec : KafkaCodec.values()) {
        host.edit(configuration, codec.endpoint(topic));
        for (int i = 1; i <= 10; i++) {
          trips.awaitMore();
          loaders.add(Traces.loaderOf(kafka));
          host.update(kafka, BundleFile.KAFKA.version("1.0." + loaders.size()));
        }
        trips.awaitMore();
      }
      loaders.add(Traces.loaderOf(kafka));

      host.refresh();
      Traces.awaitCollected(loaders, 1);
      trips.finish();
      assertThat(trips.ids().lost()).isZero();

      host.uninstall(kafka);
      host.refresh();
      assertNothingIsLeft(loaders);
    }
  }

  private void assertNothingIsLeft(List<WeakReference<ClassLoader>> loaders) {
    assertThat(Traces.threads("kafka")).isEmpty();
    assertThat(Traces.beans("kafka.*:*")).isEmpty();
    assertThat(Traces.securityProviders()).isEqualTo(providers);
    assertThat(libraries).containsAll(Traces.extractedLibraries());
    Traces.awaitCollected(loaders, 0);
  }
}
