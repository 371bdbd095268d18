/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Qos;
import java.util.Map;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for consuming. The TCK leaves out the optional multicast, which
 * consumers of their own do not do, and the rules that it cannot check at all.
 */
@Test
public class MockConsumePublisherTckTest extends FlowPublisherVerification<Delivery> {

  private final MockEndpointFactory factory = new MockEndpointFactory();

  public MockConsumePublisherTckTest() {
    super(new TestEnvironment(500, 100));
  }

  @AfterClass
  public void close() {
    factory.close();
  }

  @Override
  public Flow.Publisher<Delivery> createFlowPublisher(long elements) {
    Map<String, Object> properties =
        elements == Long.MAX_VALUE
            ? MockFixture.FAST
            : Map.of("messageInterval", 0, "messageCount", elements);
    MockEndpoint endpoint = factory.create(EndpointConfiguration.of("tck", properties));
    endpoint.start();
    return endpoint.consume(ConsumeRequest.of(Qos.AUTO));
  }

  @Override
  public Flow.Publisher<Delivery> createFailedFlowPublisher() {
    return factory
        .create(EndpointConfiguration.of("tck", MockFixture.FAST))
        .consume(ConsumeRequest.builder().override("unknown", 1).build());
  }
}
