/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

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
 * Makes RabbitMQ endpoints. The threads and event loops that they share begin with the first
 * endpoint that is started and end with the component.
 */
@ProvideEndpoint(RabbitmqEndpointFactory.TYPE)
@Component(
    service = EndpointFactory.class,
    properties = "OSGI-INF/endpoint.properties",
    property = {
      EndpointFactory.ENDPOINT_TYPE + "=" + RabbitmqEndpointFactory.TYPE,
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
public final class RabbitmqEndpointFactory implements EndpointFactory {

  static final String TYPE = "rabbitmq";

  private static final ContextClassLoader LOADER =
      ContextClassLoader.of(RabbitmqEndpointFactory.class);

  private final EndpointSchema schema =
      EndpointSchema.ofResource(RabbitmqEndpointFactory.class, TYPE);
  private final EndpointType type =
      EndpointType.builder(TYPE)
          .title("RabbitMQ")
          .description(
              "Consumes from queues and publishes to exchanges of RabbitMQ and other brokers of AMQP"
                  + " 0-9-1. A queue keeps the position of its consumers; a stream queue is resumed"
                  + " by message id. Details of the status: consumers (of each: queue, type,"
                  + " consuming).")
          .version(BundleVersion.of(RabbitmqEndpointFactory.class))
          .modes(Mode.CONSUME, Mode.PUBLISH)
          .qos(Qos.values())
          .capabilities(EndpointType.RESUME, EndpointType.DURABLE, EndpointType.COMPETING_CONSUMERS)
          .schema(schema.text())
          .build();
  private final SharedWorkers workers = SharedWorkers.of(TYPE, RabbitmqEndpointFactory.class);
  private final EventLoops loops = new EventLoops();
  private final Set<Endpoint> present = ConcurrentHashMap.newKeySet();

  /** Starts no thread. */
  @Activate
  public RabbitmqEndpointFactory() {}

  /** Closes what the host has left open, and ends the threads. Takes a few seconds at most. */
  @Deactivate
  public void close() {
    List.copyOf(present).forEach(Endpoint::close);
    loops.close();
    workers.close();
  }

  @Override
  public EndpointType type() {
    return type;
  }

  @Override
  public CompletionStage<List<CheckStep>> check(
      EndpointConfiguration configuration, Duration timeout) throws ConfigurationException {
    RabbitmqSettings settings = RabbitmqSettings.of(schema.settings(configuration));
    EndpointThreads threads = EndpointThreads.of(TYPE, configuration.name(), LOADER);
    RabbitmqClients clients =
        new RabbitmqClients(configuration.name(), settings, threads, warning -> {});
    return ConnectionCheck.run(
        AddressResolver.SYSTEM,
        timeout,
        threads.forPurpose("check"),
        workers,
        check -> new RabbitmqCheck(settings, clients, loops, check).run());
  }

  @Override
  public RabbitmqEndpoint create(EndpointConfiguration configuration)
      throws ConfigurationException {
    return new RabbitmqEndpoint(
        configuration.name(),
        RabbitmqSettings.of(schema.settings(configuration)),
        loops,
        workers,
        present);
  }
}
