/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.annotation.ProvideEndpoint;
import io.sluice.endpoint.support.bundle.BundleVersion;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.schema.EndpointSchema;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.RESUME,
      EndpointFactory.ENDPOINT_CAPABILITIES + "=" + EndpointType.COMPETING_CONSUMERS
    })
public final class MockEndpointFactory implements EndpointFactory {

  static final String TYPE = "mock";

  private final EndpointSchema schema = EndpointSchema.ofResource(MockEndpointFactory.class, TYPE);
  private final EndpointType type =
      EndpointType.builder(TYPE)
          .title("Mock")
          .description(
              "Makes messages, takes what is published, answers exchanges, and fails on demand."
                  + " Details of the status: deadLetters, the number of dead letters.")
          .version(BundleVersion.of(MockEndpointFactory.class))
          .modes(Mode.values())
          .qos(Qos.values())
          .capabilities(EndpointType.RESUME, EndpointType.COMPETING_CONSUMERS)
          .schema(schema.text())
          .build();
  private final SharedWorkers workers = SharedWorkers.of(TYPE, MockEndpointFactory.class);
  private final Set<Endpoint> present = ConcurrentHashMap.newKeySet();

  /** Starts no thread. */
  @Activate
  public MockEndpointFactory() {}

  /** Closes what the host has left open, and ends the threads. Takes a few seconds at most. */
  @Deactivate
  public void close() {
    List.copyOf(present).forEach(Endpoint::close);
    workers.close();
  }

  @Override
  public EndpointType type() {
    return type;
  }

  /** There is nothing to connect to; the faults tell what would come of it. */
  @Override
  public CompletionStage<List<CheckStep>> check(
      EndpointConfiguration configuration, Duration timeout) throws ConfigurationException {
    MockSettings.Faults faults = MockSettings.of(schema.settings(configuration)).faults();
    return CompletableFuture.completedStage(List.of(connect(faults, timeout)));
  }

  private static CheckStep connect(MockSettings.Faults faults, Duration timeout) {
    if (faults.failStart()) {
      return CheckStep.failed(CheckStep.CONNECT, MockErrors.failedStart());
    }
    if (faults.connectLatency().compareTo(timeout) > 0) {
      return CheckStep.failed(
          CheckStep.CONNECT,
          EndpointException.retryable(
              ErrorCode.CONNECT_TIMEOUT,
              "faults.connectLatency is longer than the check may take"));
    }
    return CheckStep.passed(CheckStep.CONNECT, "the mock backend is in this process");
  }

  @Override
  public MockEndpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    return new MockEndpoint(
        configuration.name(), MockSettings.of(schema.settings(configuration)), workers, present);
  }
}
