/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.ByteBuffer;
import org.netcrusher.core.filter.TransformFilter;

/** After how many more bytes a connection is cut, most likely in the middle of a frame. */
final class CutPoint {

  private static final long NONE = -1;

  private long left = NONE;

  synchronized void after(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("A connection is cut by what it carries: " + bytes);
    }
    left = bytes;
  }

  synchronized void cancel() {
    left = NONE;
  }

  /** What looks at the bytes of one connection, and cuts it when its turn has come. */
  TransformFilter filter(Runnable cut) {
    return new Blade(cut);
  }

  /** How many of these bytes may pass. */
  private synchronized int admit(int bytes) {
    if (left == NONE || left > bytes) {
      left = left == NONE ? NONE : left - bytes;
      return bytes;
    }
    int admitted = (int) left;
    left = 0;
    return admitted;
  }

  /** Whether the last byte has passed; true once only, so that one connection is cut. */
  private synchronized boolean isReached() {
    boolean reached = left == 0;
    left = reached ? NONE : left;
    return reached;
  }

  private final class Blade implements TransformFilter {

    private final Runnable cut;
    private boolean fallen;

    Blade(Runnable cut) {
      this.cut = cut;
    }

    @Override
    public void transform(ByteBuffer bytes) {
      bytes.limit(bytes.position() + (fallen ? 0 : admit(bytes.remaining())));
      if (!fallen && isReached()) {
        fallen = true;
        cut.run();
      }
    }
  }
}
