/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Holds the one subscription that a subscriber accepts, and may be cancelled before it is there.
 * Safe for use by many threads.
 */
final class SingleSubscription {

  private static final Flow.Subscription CANCELLED =
      new Flow.Subscription() {
        @Override
        public void request(long n) {
          // cancelled
        }

        @Override
        public void cancel() {
          // cancelled already
        }
      };

  private final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();

  /** Whether this is the first subscription and it is not cancelled; another one is cancelled. */
  boolean accept(Flow.Subscription offered) {
    if (subscription.compareAndSet(null, offered)) {
      return true;
    }
    // Rule 2.5: a subscriber has one subscription.
    offered.cancel();
    return false;
  }

  void request(long n) {
    Flow.Subscription present = subscription.get();
    if (present != null) {
      present.request(n);
    }
  }

  void cancel() {
    Flow.Subscription present = subscription.getAndSet(CANCELLED);
    if (present != null) {
      present.cancel();
    }
  }
}
