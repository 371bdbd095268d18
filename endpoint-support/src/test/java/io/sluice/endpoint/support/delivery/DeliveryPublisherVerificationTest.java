/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for publishers that stand on {@link DeliverySubscription}.
 *
 * <p>Skipped by the TCK itself, in every implementation: the rules whose names begin with {@code
 * untested_}, which it lists and cannot test.
 */
@Test
public class DeliveryPublisherVerificationTest extends FlowPublisherVerification<Delivery> {

  private static final Delivery ELEMENT = Delivery.settled(Message.of("element"));

  private ExecutorService executor;

  public DeliveryPublisherVerificationTest() {
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
  public Flow.Publisher<Delivery> createFlowPublisher(long elements) {
    return subscriber ->
        DeliverySubscription.open(
            "tck", subscriber, executor, subscription -> new Counting(subscription, elements));
  }

  @Override
  public Flow.Publisher<Delivery> createFailedFlowPublisher() {
    return FailedPublisher.of(new EndpointException(ErrorCode.MODE_DISABLED, "no consumer"));
  }

  /** A given number of deliveries of one message, then the end. */
  private static final class Counting implements DeliverySource {

    private final DeliverySubscription subscription;
    private long left;

    Counting(DeliverySubscription subscription, long elements) {
      this.subscription = subscription;
      this.left = elements;
      if (left == 0) {
        subscription.complete();
      }
    }

    @Override
    public Delivery poll() {
      if (--left == 0) {
        subscription.complete();
      }
      return ELEMENT;
    }

    @Override
    public void closed() {
      left = 0;
    }
  }
}
