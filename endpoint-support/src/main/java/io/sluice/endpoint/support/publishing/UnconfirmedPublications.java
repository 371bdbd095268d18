/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import java.util.function.Consumer;

/**
 * The publications without an outcome in the order in which they were accepted: first those that
 * were handed to the client, then those that wait. They are linked to each other, so that one more
 * costs nothing. Belongs to the thread that sends.
 */
final class UnconfirmedPublications<C> {

  private Publication<C> first;
  private Publication<C> last;

  /** The first that waits; null if all were handed over. */
  private Publication<C> waiting;

  /** Adds one that waits. */
  void add(Publication<C> publication) {
    if (first == null) {
      first = publication;
    } else {
      last.next = publication;
    }
    last = publication;
    if (waiting == null) {
      waiting = publication;
    }
  }

  /** The first that waits and has no outcome; null if there is none. */
  Publication<C> firstWaiting() {
    while (waiting != null && waiting.isDone()) {
      waiting = waiting.next;
    }
    return waiting;
  }

  /** The first that waits waits no more. */
  void handedOver() {
    waiting = waiting.next;
  }

  /** All wait again. */
  void replay() {
    waiting = first;
  }

  /** Lets go of the oldest, up to one that has no outcome. */
  void trim() {
    while (first != null && first.isDone()) {
      Publication<C> next = first.next;
      unlink(first, next);
      first = next;
    }
    if (first == null) {
      last = null;
    }
  }

  /** Shows each that has no outcome, and lets go of all others. */
  void forEach(Consumer<Publication<C>> action) {
    Publication<C> before = null;
    Publication<C> present = first;
    while (present != null) {
      if (!present.isDone()) {
        action.accept(present);
      }
      Publication<C> next = present.next;
      if (present.isDone()) {
        unlink(present, next);
        link(before, next);
      } else {
        before = present;
      }
      present = next;
    }
    last = before;
  }

  private void unlink(Publication<C> publication, Publication<C> next) {
    if (waiting == publication) {
      waiting = next;
    }
    publication.next = null; // old ones must not keep new ones in memory
  }

  private void link(Publication<C> before, Publication<C> next) {
    if (before == null) {
      first = next;
    } else {
      before.next = next;
    }
  }
}
