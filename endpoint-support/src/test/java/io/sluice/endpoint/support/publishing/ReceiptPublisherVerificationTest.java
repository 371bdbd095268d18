/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for the downstream side of {@link PublishingProcessor}. It is no
 * identity processor, so that publisher and subscriber side are verified apart.
 *
 * <p>Skipped by the TCK itself: the rules whose names begin with {@code untested_}, which it lists
 * and cannot test; and the optional ones of rule 1.11 about several subscribers, as a processor
 * serves one.
 */
@Test
public class ReceiptPublisherVerificationTest extends FlowPublisherVerification<Receipt> {

  private ExecutorService executor;

  public ReceiptPublisherVerificationTest() {
    super(new TestEnvironment(500, 50));
  }

  @BeforeClass
  void startExecutor() {
    executor = Executors.newFixedThreadPool(4);
  }

  @AfterClass
  void stopExecutor() {
    executor.shutdownNow();
  }

  @Override
  public Flow.Publisher<Receipt> createFlowPublisher(long elements) {
    PublishingProcessor processor = processor();
    processor.onSubscribe(new Messages(processor, elements));
    if (elements == 0) {
      processor.onComplete();
    }
    return processor;
  }

  @Override
  public Flow.Publisher<Receipt> createFailedFlowPublisher() {
    PublishingProcessor processor = processor();
    processor.fail(new EndpointException(ErrorCode.MODE_DISABLED, "no producer"));
    return processor;
  }

  private PublishingProcessor processor() {
    return new PublishingProcessor(
        "tck",
        message -> CompletableFuture.completedStage(Receipt.confirmed(message, Attributes.empty())),
        16,
        1_000_000,
        executor);
  }

  /** An upstream that sends on the thread that requests, which is always the processor's task. */
  private static final class Messages implements Flow.Subscription {

    private final PublishingProcessor processor;
    private long left;

    Messages(PublishingProcessor processor, long count) {
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
