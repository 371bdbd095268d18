/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for a body that is passed on. The TCK leaves out the checks that need
 * a second subscriber or more elements than there are, besides the rules that it cannot check at
 * all.
 */
@Test
public class BoundedBodyTckTest extends FlowPublisherVerification<ByteBuffer> {

  public BoundedBodyTckTest() {
    super(new TestEnvironment(500, 100));
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return new BoundedBody(source(elements), Long.MAX_VALUE, (bytes, error) -> {});
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    return new BoundedBody(
        subscriber -> {
          SubmissionPublisher<ByteBuffer> failed = new SubmissionPublisher<>();
          failed.closeExceptionally(new IllegalStateException("failed on purpose"));
          failed.subscribe(subscriber);
        },
        Long.MAX_VALUE,
        (bytes, error) -> {});
  }

  @Override
  public long maxElementsFromPublisher() {
    return 100; // what is made before the subscription must fit a SubmissionPublisher's buffer
  }

  private static Flow.Publisher<ByteBuffer> source(long elements) {
    return subscriber -> {
      SubmissionPublisher<ByteBuffer> source = new SubmissionPublisher<>();
      source.subscribe(subscriber);
      for (long i = 0; i < elements; i++) {
        source.submit(ByteBuffer.wrap(new byte[] {1}));
      }
      source.close();
    };
  }
}
