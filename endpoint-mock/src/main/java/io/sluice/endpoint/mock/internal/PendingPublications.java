/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * The publications without outcome, oldest first, with one timer for the oldest. Safe for use by
 * many threads; publications are given their outcome outside its lock.
 */
final class PendingPublications {

  private final Duration timeout;
  private final SharedWorkers workers;
  private final Consumer<Publication> expired;
  private final Set<Publication> publications = new LinkedHashSet<>();
  private Future<?> timer;

  /**
   * No publications.
   *
   * @param expired gives an outcome to a publication that is older than the timeout
   */
  PendingPublications(Duration timeout, SharedWorkers workers, Consumer<Publication> expired) {
    this.timeout = timeout;
    this.workers = workers;
    this.expired = expired;
  }

  synchronized void add(Publication publication) {
    publications.add(publication);
    if (timer == null) {
      timer = workers.after(timeout, this::expire);
    }
  }

  synchronized void remove(Publication publication) {
    publications.remove(publication);
  }

  synchronized boolean isEmpty() {
    return publications.isEmpty();
  }

  /** Gives all the same outcome; there is no timer any more until one is added. */
  void rejectAll(EndpointException error) {
    List<Publication> all;
    synchronized (this) {
      all = List.copyOf(publications);
      if (timer != null) {
        timer.cancel(false);
        timer = null;
      }
    }
    all.forEach(publication -> publication.reject(error));
  }

  private void expire() {
    takeExpired().forEach(expired);
  }

  private synchronized List<Publication> takeExpired() {
    List<Publication> overdue = new ArrayList<>();
    timer = null;
    Iterator<Publication> oldest = publications.iterator();
    while (oldest.hasNext() && timer == null) {
      Publication publication = oldest.next();
      Duration rest = timeout.minusNanos(publication.ageNanos());
      if (rest.isNegative() || rest.isZero()) {
        overdue.add(publication);
        oldest.remove();
      } else {
        timer = workers.after(rest, this::expire);
      }
    }
    return overdue;
  }
}
