/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.endpoint.Hosting;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for the upstream side of a handle's processor.
 *
 * <p>Skipped by the TCK itself: the rules whose names begin with {@code untested_}, which it lists
 * and cannot test.
 */
@Test
public class ProcessorInputVerificationTest extends FlowSubscriberBlackboxVerification<Message> {

  private final List<Hosting> open = new ArrayList<>();

  public ProcessorInputVerificationTest() {
    super(new TestEnvironment(1500, 100));
  }

  @AfterMethod(alwaysRun = true)
  void closeEndpoints() {
    open.forEach(Hosting::close);
    open.clear();
  }

  @Override
  public Flow.Subscriber<Message> createFlowSubscriber() {
    Hosting hosting = new Hosting();
    open.add(hosting);
    hosting.arrive(new FakePlugin(new Tape(), false), "1.0.0");
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.defaults());
    processor.subscribe(new Taking());
    return processor;
  }

  @Override
  public Message createElement(int element) {
    return Message.of("element " + element);
  }

  private static final class Taking implements Flow.Subscriber<Receipt> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Receipt receipt) {
      // taken
    }

    @Override
    public void onError(Throwable error) {
      // the end
    }

    @Override
    public void onComplete() {
      // the end
    }
  }
}
