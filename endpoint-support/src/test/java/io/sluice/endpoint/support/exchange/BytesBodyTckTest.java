/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for a fixed body. It has one element and never fails, so the TCK
 * leaves out what needs more, or an error; see {@link BytesBodyTest} for those.
 */
@Test
public class BytesBodyTckTest extends FlowPublisherVerification<ByteBuffer> {

  public BytesBodyTckTest() {
    super(new TestEnvironment(500, 100));
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return new BytesBody(new byte[] {1});
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    return null; // never fails
  }

  @Override
  public long maxElementsFromPublisher() {
    return 1;
  }
}
