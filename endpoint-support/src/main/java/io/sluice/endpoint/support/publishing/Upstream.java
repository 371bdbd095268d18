/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The one upstream of a processor: not there yet, present, or gone for good.
 *
 * <p>It comes and leaves on a thread of its own; {@link #request} and {@link #cancel} belong to the
 * processor's task (rule 2.7).
 */
final class Upstream {

  private final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();

  /** Whether this upstream becomes the one; false if there is or was one, or it is not wanted. */
  boolean arrive(Flow.Subscription arriving) {
    return subscription.compareAndSet(null, arriving);
  }

  /** The upstream has given its last signal. */
  void leave() {
    subscription.set(Gone.FOR_GOOD);
  }

  boolean isPresent() {
    Flow.Subscription present = subscription.get();
    return present != null && present != Gone.FOR_GOOD;
  }

  void request(long n) {
    subscription.get().request(n);
  }

  /** Cancels the upstream once, and one that has not come yet when it arrives. */
  void cancel() {
    Flow.Subscription present = subscription.getAndSet(Gone.FOR_GOOD);
    if (present != null) {
      present.cancel();
    }
  }

  /** Stands for an upstream that is over. */
  private enum Gone implements Flow.Subscription {
    FOR_GOOD;

    @Override
    public void request(long n) {
      // there is no publisher yet
    }

    @Override
    public void cancel() {
      // there is no publisher yet
    }
  }
}
