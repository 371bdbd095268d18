/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.annotation.ProvideEndpoint;
import io.sluice.endpoint.support.bundle.BundleVersion;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.schema.EndpointSchema;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Makes Kafka endpoints. The threads that they share begin with the first endpoint that is started
 * and end with the component.
 */
@ProvideEndpoint(KafkaEndpointFactory.TYPE)
@Component(
    service = EndpointFactory.class,
    properties = "OSGI-INF/endpoint.properties",
    property = {
      EndpointFactory.ENDPOINT_TYPE + "=" + KafkaEndpointFactory.TYPE,
      EndpointFactory.ENDPOINT_MODES + "=CONSUME",
      EndpointFactory.ENDPOINT_MODES + "=PUBLISH",
      EndpointFactory.ENDPOINT_QOS + "=NONE",
      EndpointFactory.ENDPOINT_QOS + "=AUTO",
      EndpointFactory.ENDPOINT_QOS + "=AT_MOST_ONCE",
      EndpointFactory.ENDPOINT_QOS + "=AT_LEAST_ONCE",
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.RESUME,
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.DURABLE
    })
public final class KafkaEndpointFactory implements EndpointFactory {

  static final String TYPE = "kafka";

  private final EndpointSchema schema = EndpointSchema.ofResource(KafkaEndpointFactory.class, TYPE);
  private final EndpointType type =
      EndpointType.builder(TYPE)
          .title("Kafka")
          .description("Consumes from and publishes to topics of Apache Kafka.")
          .version(BundleVersion.of(KafkaEndpointFactory.class))
          .modes(Mode.CONSUME, Mode.PUBLISH)
          .qos(Qos.values())
          .capabilities(EndpointType.RESUME, EndpointType.DURABLE)
          .schema(schema.text())
          .build();
  private final SharedWorkers workers = SharedWorkers.of(TYPE, KafkaEndpointFactory.class);
  private final Set<KafkaEndpoint> started = ConcurrentHashMap.newKeySet();

  /** Starts no thread. */
  @Activate
  public KafkaEndpointFactory() {}

  /** Closes what the host has left open, and ends the threads. Takes a few seconds at most. */
  @Deactivate
  public void close() {
    List.copyOf(started).forEach(KafkaEndpoint::close);
    workers.close();
    NativeCodecs.release();
  }

  @Override
  public EndpointType type() {
    return type;
  }

  @Override
  public KafkaEndpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    return new KafkaEndpoint(
        configuration.name(), KafkaSettings.of(schema.settings(configuration)), workers, started);
  }
}
