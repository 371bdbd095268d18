/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Inbox;
import io.sluice.itest.host.KafkaCodec;
import io.sluice.itest.host.KafkaTopic;
import io.sluice.itest.host.Traces;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** Every compression works inside a bundle, and again after an update. */
@RunWith(PaxExam.class)
public class KafkaCodecsIT {

  private static final String PADDING = " and always the same".repeat(1000);

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.completeWithKafka();
  }

  @Test
  public void everyCodecWritesAndReadsNativelyBeforeAndAfterAnUpdate() throws Exception {
    Bundle kafka = host.start(BundleFile.KAFKA);
    Map<KafkaCodec, Inbox> inboxes = new EnumMap<>(KafkaCodec.class);
    for (KafkaCodec codec : KafkaCodec.values()) {
      host.endpoint("kafka", codec.toString(), codec.endpoint(new KafkaTopic()));
      endpoints.awaitState(codec.toString(), EndpointState.UP);
      inboxes.put(codec, Inbox.of(endpoint(codec)));
    }
    writeAndRead(inboxes, "before");
    assertThat(lz4(kafka)).contains("JNI");

    host.update(kafka, BundleFile.KAFKA.version("1.0.1"));

    for (KafkaCodec codec : KafkaCodec.values()) {
      endpoints.awaitVersion(codec.toString(), "1.0.1");
    }
    writeAndRead(inboxes, "after");
    assertThat(lz4(kafka)).contains("JNI");
  }

  private void writeAndRead(Map<KafkaCodec, Inbox> inboxes, String when) throws Exception {
    for (KafkaCodec codec : KafkaCodec.values()) {
      String text = codec + " " + when + PADDING;
      endpoint(codec)
          .publish(Message.of(text))
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS)
          .orThrow();
      inboxes.get(codec).awaitText(text);
      if (codec == KafkaCodec.NONE) {
        assertThat(compression(codec)).isEqualTo(1);
      } else {
        assertThat(compression(codec)).as(text).isLessThan(0.5);
      }
    }
  }

  private MessageEndpoint endpoint(KafkaCodec codec) {
    return endpoints.service(MessageEndpoint.class, codec.toString());
  }

  /** What the client says that its batches have shrunk to. */
  private static double compression(KafkaCodec codec) throws Exception {
    Set<ObjectName> producers =
        Traces.beans(
            "kafka.producer:type=producer-metrics,client-id=sluice-kafka-" + codec + "-producer-*");
    assertThat(producers).hasSize(1);
    return (double)
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(producers.iterator().next(), "compression-rate-avg");
  }

  /** What compresses when the client asks for the fastest. */
  private static String lz4(Bundle kafka) throws Exception {
    return kafka
        .loadClass("net.jpountz.lz4.LZ4Factory")
        .getMethod("fastestInstance")
        .invoke(null)
        .toString();
  }
}
