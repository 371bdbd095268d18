/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.flow;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.ListPublisher;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;

/** The publisher suite on the receipts of {@link MessageEndpoint#publisher}. */
public abstract class ReceiptPublisherContract extends FlowPublisherVerification<Receipt> {

  private EndpointFixture fixture;
  private FlowEndpoints endpoints;

  /** A suite that waits two seconds for what must happen and a tenth for what must not. */
  protected ReceiptPublisherContract() {
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
    return Integer.MAX_VALUE;
  }

  @Override
  public Flow.Publisher<Receipt> createFlowPublisher(long elements) {
    return receipts(ListPublisher.of(Collections.nCopies((int) elements, Message.of("a message"))));
  }

  /** Fails as its input does. */
  @Override
  public Flow.Publisher<Receipt> createFailedFlowPublisher() {
    return receipts(ListPublisher.failing(List.of(), new IllegalStateException("on purpose")));
  }

  private Flow.Publisher<Receipt> receipts(ListPublisher<Message> input) {
    MessageEndpoint endpoint = endpoints.started(endpoints.backend().configuration(Mode.PUBLISH));
    Flow.Processor<Message, Receipt> processor = endpoint.publisher(PublishRequest.defaults());
    input.subscribe(processor);
    return processor;
  }
}
