/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.annotation.ProvideEndpoint;
import io.sluice.endpoint.support.bundle.BundleVersion;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.net.AddressResolver;
import io.sluice.endpoint.support.net.ConnectionCheck;
import io.sluice.endpoint.support.schema.EndpointSchema;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.DURABLE,
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.COMPETING_CONSUMERS
    })
public final class KafkaEndpointFactory implements EndpointFactory {

  static final String TYPE = "kafka";

  private static final ContextClassLoader LOADER =
      ContextClassLoader.of(KafkaEndpointFactory.class);

  private final EndpointSchema schema = EndpointSchema.ofResource(KafkaEndpointFactory.class, TYPE);
  private final EndpointType type =
      EndpointType.builder(TYPE)
          .title("Kafka")
          .description(
              "Consumes from and publishes to topics of Apache Kafka. Details of the status:"
                  + " consumers (of each: group, consumes, assigned, partitions, matchingTopics,"
                  + " note) and gaps, the newest positions that were lost to retention.")
          .version(BundleVersion.of(KafkaEndpointFactory.class))
          .modes(Mode.CONSUME, Mode.PUBLISH)
          .qos(Qos.values())
          .capabilities(EndpointType.RESUME, EndpointType.DURABLE, EndpointType.COMPETING_CONSUMERS)
          .schema(schema.text())
          .build();
  private final SharedWorkers workers = SharedWorkers.of(TYPE, KafkaEndpointFactory.class);
  private final Set<Endpoint> present = ConcurrentHashMap.newKeySet();

  /** Starts no thread. */
  @Activate
  public KafkaEndpointFactory() {}

  /** Closes what the host has left open, and ends the threads. Takes a few seconds at most. */
  @Deactivate
  public void close() {
    List.copyOf(present).forEach(Endpoint::close);
    workers.close();
    NativeCodecs.release();
  }

  @Override
  public EndpointType type() {
    return type;
  }

  @Override
  public CompletionStage<List<CheckStep>> check(
      EndpointConfiguration configuration, Duration timeout) throws ConfigurationException {
    KafkaSettings settings = KafkaSettings.of(schema.settings(configuration));
    String name = configuration.name();
    return ConnectionCheck.run(
        AddressResolver.SYSTEM,
        timeout,
        EndpointThreads.of(TYPE, name, LOADER).forPurpose("check"),
        workers,
        check -> new KafkaCheck(name, settings, check).run());
  }

  @Override
  public KafkaEndpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    return new KafkaEndpoint(
        configuration.name(), KafkaSettings.of(schema.settings(configuration)), workers, present);
  }
}
