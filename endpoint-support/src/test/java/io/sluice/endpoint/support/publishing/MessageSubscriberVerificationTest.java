/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for the upstream side of {@link PublishingProcessor}.
 *
 * <p>Skipped by the TCK itself, in every implementation: the rules whose names begin with {@code
 * untested_}, which it lists and cannot test.
 */
@Test
public class MessageSubscriberVerificationTest extends FlowSubscriberBlackboxVerification<Message> {

  private ExecutorService executor;

  public MessageSubscriberVerificationTest() {
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
  public Flow.Subscriber<Message> createFlowSubscriber() {
    PublishingProcessor processor =
        new PublishingProcessor(
            "tck",
            message ->
                CompletableFuture.completedStage(Receipt.confirmed(message, Attributes.empty())),
            16,
            1_000_000,
            executor);
    processor.subscribe(new RecordingSubscriber<>(Long.MAX_VALUE));
    return processor;
  }

  @Override
  public Message createElement(int element) {
    return Message.of("element " + element);
  }
}
