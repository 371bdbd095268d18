/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.endpoint.Hosting;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for the downstream side of a handle's processor, which is no identity
 * processor.
 *
 * <p>Skipped by the TCK itself: the rules whose names begin with {@code untested_}, which it lists
 * and cannot test; and the optional ones of rule 1.11, as a processor serves one subscriber.
 */
@Test
public class ProcessorOutputVerificationTest extends FlowPublisherVerification<Receipt> {

  private final List<Hosting> open = new ArrayList<>();

  public ProcessorOutputVerificationTest() {
    super(new TestEnvironment(1500, 100));
  }

  @AfterMethod(alwaysRun = true)
  void closeEndpoints() {
    open.forEach(Hosting::close);
    open.clear();
  }

  @Override
  public Flow.Publisher<Receipt> createFlowPublisher(long elements) {
    Flow.Processor<Message, Receipt> processor =
        hosting().handle.publisher(PublishRequest.defaults());
    processor.onSubscribe(new Messages(processor, elements));
    if (elements == 0) {
      processor.onComplete();
    }
    return processor;
  }

  @Override
  public Flow.Publisher<Receipt> createFailedFlowPublisher() {
    Hosting hosting = hosting();
    Hosting.await(hosting.handle.stop(Duration.ZERO));
    return hosting.handle.publisher(PublishRequest.defaults());
  }

  private Hosting hosting() {
    Hosting hosting = new Hosting();
    open.add(hosting);
    hosting.arrive(new FakePlugin(new Tape(), false), "1.0.0");
    return hosting;
  }

  /** An upstream that sends on the thread that requests, which is always the processor's task. */
  private static final class Messages implements Flow.Subscription {

    private final Flow.Subscriber<Message> processor;
    private long left;

    Messages(Flow.Subscriber<Message> processor, long count) {
      this.processor = processor;
      this.left = count;
    }

    @Override
    public void request(long n) {
      for (long i = 0; i < n && left > 0; i++) {
        processor.onNext(Message.of("element"));
        if (--left == 0) {
          processor.onComplete();
        }
      }
    }

    @Override
    public void cancel() {
      left = 0;
    }
  }
}
