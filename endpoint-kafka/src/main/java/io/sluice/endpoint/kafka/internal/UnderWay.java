/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.util.function.Consumer;

/**
 * The publications that were taken out of the outbox and have no outcome, the oldest first. They
 * are linked to each other, so that one more costs nothing. Belongs to the thread that sends.
 */
final class UnderWay {

  private Publication first;
  private Publication last;

  void add(Publication publication) {
    if (first == null) {
      first = publication;
    } else {
      last.behind = publication;
    }
    last = publication;
  }

  /** Lets go of the oldest, up to one that has no outcome. */
  void trim() {
    while (first != null && first.isDone()) {
      Publication next = first.behind;
      first.behind = null;
      first = next;
    }
    if (first == null) {
      last = null;
    }
  }

  /** Shows each that has no outcome, and lets go of all others. */
  void forEach(Consumer<Publication> action) {
    Publication before = null;
    Publication present = first;
    while (present != null) {
      if (!present.isDone()) {
        action.accept(present);
      }
      Publication next = present.behind;
      if (present.isDone()) {
        present.behind = null;
        link(before, next);
      } else {
        before = present;
      }
      present = next;
    }
    last = before;
  }

  private void link(Publication before, Publication next) {
    if (before == null) {
      first = next;
    } else {
      before.behind = next;
    }
  }
}
