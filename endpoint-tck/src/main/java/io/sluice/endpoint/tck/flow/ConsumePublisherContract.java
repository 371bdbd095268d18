/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.flow;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.tck.Ability;
import io.sluice.endpoint.tck.Backend;
import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.Situation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;

/**
 * The publisher suite on {@link MessageEndpoint#consume}. What needs a stream that completes is
 * skipped for a backend that has none (see {@link Backend#configuration(long)}).
 */
public abstract class ConsumePublisherContract extends FlowPublisherVerification<Delivery> {

  private static final int MOST_SENT = 1000;

  private EndpointFixture fixture;
  private FlowEndpoints endpoints;

  /** A suite that waits two seconds for what must happen and a tenth for what must not. */
  protected ConsumePublisherContract() {
    super(new TestEnvironment(2000, 100), 1000);
  }

  /** Makes the fixture; called once. */
  protected abstract EndpointFixture createFixture();

  /** Makes the fixture. */
  @BeforeClass(alwaysRun = true)
  public final void openFixture() {
    fixture = createFixture();
    endpoints = new FlowEndpoints(fixture);
  }

  /** Closes the endpoints of one test. */
  @AfterMethod(alwaysRun = true)
  public final void closeEndpoints() {
    endpoints.close();
  }

  /** Closes the fixture. */
  @AfterClass(alwaysRun = true)
  public final void closeFixture() {
    fixture.close();
  }

  @Override
  public long maxElementsFromPublisher() {
    try (Backend backend = fixture.newBackend()) {
      boolean completes = backend.configuration(1L).isPresent();
      return completes ? Long.MAX_VALUE - 1 : publisherUnableToSignalOnComplete();
    }
  }

  @Override
  public Flow.Publisher<Delivery> createFlowPublisher(long elements) {
    Backend backend = endpoints.backend();
    Optional<Map<String, Object>> finite = backend.configuration(elements);
    if (finite.isPresent()) {
      return endpoints.started(finite.get()).consume(ConsumeRequest.defaults());
    }
    if (elements > MOST_SENT) {
      return endpoints
          .started(
              backend
                  .configuration(Situation.FLOOD)
                  .orElseThrow(
                      () -> new SkipException("the fixture's backend has no FLOOD of messages")))
          .consume(ConsumeRequest.defaults());
    }
    return sending(backend, (int) elements);
  }

  @Override
  public Flow.Publisher<Delivery> createFailedFlowPublisher() {
    MessageEndpoint endpoint = endpoints.started(endpoints.backend().configuration(Mode.CONSUME));
    endpoint.close();
    return endpoint.consume(ConsumeRequest.defaults());
  }

  private Flow.Publisher<Delivery> sending(Backend backend, int elements) {
    if (!backend.abilities().contains(Ability.SEND)) {
      throw new SkipException("the fixture's backend cannot SEND");
    }
    MessageEndpoint endpoint = endpoints.started(backend.configuration(Mode.CONSUME));
    Flow.Publisher<Delivery> publisher = endpoint.consume(ConsumeRequest.defaults());
    List<Message> messages =
        IntStream.range(0, elements).mapToObj(i -> Message.of("m" + i)).toList();
    return subscriber -> {
      publisher.subscribe(subscriber);
      backend.send(endpoint, messages);
    };
  }
}
