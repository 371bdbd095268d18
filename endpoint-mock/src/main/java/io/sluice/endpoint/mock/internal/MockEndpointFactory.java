/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

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
 * Makes mock endpoints. The threads that they share begin with the first endpoint that is started
 * and end with the component.
 */
@ProvideEndpoint(MockEndpointFactory.TYPE)
@Component(
    service = EndpointFactory.class,
    properties = "OSGI-INF/endpoint.properties",
    property = {
      EndpointFactory.ENDPOINT_TYPE + "=" + MockEndpointFactory.TYPE,
      EndpointFactory.ENDPOINT_MODES + "=CONSUME",
      EndpointFactory.ENDPOINT_MODES + "=PUBLISH",
      EndpointFactory.ENDPOINT_MODES + "=EXCHANGE",
      EndpointFactory.ENDPOINT_QOS + "=NONE",
      EndpointFactory.ENDPOINT_QOS + "=AUTO",
      EndpointFactory.ENDPOINT_QOS + "=AT_MOST_ONCE",
      EndpointFactory.ENDPOINT_QOS + "=AT_LEAST_ONCE",
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.RESUME
    })
public final class MockEndpointFactory implements EndpointFactory {

  static final String TYPE = "mock";

  private final EndpointSchema schema = EndpointSchema.ofResource(MockEndpointFactory.class, TYPE);
  private final EndpointType type =
      EndpointType.builder(TYPE)
          .title("Mock")
          .description(
              "Makes messages, takes what is published, answers exchanges, and fails on demand.")
          .version(BundleVersion.of(MockEndpointFactory.class))
          .modes(Mode.values())
          .qos(Qos.values())
          .capabilities(EndpointType.RESUME)
          .schema(schema.text())
          .build();
  private final SharedWorkers workers = SharedWorkers.of(TYPE, MockEndpointFactory.class);
  private final Set<MockEndpoint> started = ConcurrentHashMap.newKeySet();

  /** Starts no thread. */
  @Activate
  public MockEndpointFactory() {}

  /** Closes what the host has left open, and ends the threads. Takes a few seconds at most. */
  @Deactivate
  public void close() {
    List.copyOf(started).forEach(MockEndpoint::close);
    workers.close();
  }

  @Override
  public EndpointType type() {
    return type;
  }

  @Override
  public MockEndpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    return new MockEndpoint(
        configuration.name(), MockSettings.of(schema.settings(configuration)), workers, started);
  }
}
