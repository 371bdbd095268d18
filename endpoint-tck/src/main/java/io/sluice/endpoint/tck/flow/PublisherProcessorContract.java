/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.flow;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;

/**
 * The black-box subscriber suite on the input of {@link MessageEndpoint#publisher}. It is no
 * identity processor, so that the processor suite does not apply.
 */
public abstract class PublisherProcessorContract
    extends FlowSubscriberBlackboxVerification<Message> {

  private EndpointFixture fixture;
  private FlowEndpoints endpoints;

  /** A suite that waits two seconds for what must happen and a tenth for what must not. */
  protected PublisherProcessorContract() {
    super(new TestEnvironment(2000, 100));
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
  public Flow.Subscriber<Message> createFlowSubscriber() {
    MessageEndpoint endpoint = endpoints.started(endpoints.backend().configuration(Mode.PUBLISH));
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(Long.MAX_VALUE);
    Flow.Processor<Message, Receipt> processor = endpoint.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    return processor;
  }

  @Override
  public Message createElement(int number) {
    return Message.of("m" + number);
  }
}
