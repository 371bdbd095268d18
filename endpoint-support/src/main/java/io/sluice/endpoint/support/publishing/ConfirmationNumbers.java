/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The publications that were handed over on one channel and are not confirmed, by the numbers with
 * which the backend confirms them, one by one or all up to a number (publisher confirms of AMQP
 * 0-9-1). Numbers begin with 1 and have no gaps. The next channel counts anew and has another
 * instance.
 *
 * <p>Belongs to one thread, which hands over and is given the confirmations. A ring, so that a
 * publication costs nothing once the ring is large enough.
 *
 * @param <C> what the client is given in place of a message
 */
public final class ConfirmationNumbers<C> {

  private static final int INITIAL_PLACES = 64;

  /** By number; its length is a power of two. Null where there is an outcome. */
  private Publication<C>[] places = ring(INITIAL_PLACES);

  /** All lower numbers are through. */
  private long first = 1;

  private long next = 1;
  private int size;

  /** Takes the next number for a publication that is about to be handed over. */
  public long add(Publication<C> publication) {
    if (next - first == places.length) {
      grow();
    }
    places[place(next)] = publication;
    size++;
    return next++;
  }

  /** How many were added and are neither confirmed nor rejected nor withdrawn. */
  public int size() {
    return size;
  }

  /**
   * The backend has told an outcome.
   *
   * @param multiple whether it is that of all with lower numbers, too
   * @param outcome is given each publication that it concerns, in order
   */
  public void settle(long number, boolean multiple, Consumer<Publication<C>> outcome) {
    long last = Math.min(number, next - 1);
    for (long each = multiple ? first : Math.max(first, number); each <= last; each++) {
      Publication<C> publication = take(each);
      if (publication != null) {
        outcome.accept(publication);
      }
    }
    trim();
  }

  /**
   * The first publication that fits, in the order of the numbers.
   *
   * @param from the lowest number to look at
   * @return its number; 0 if there is none
   */
  public long find(long from, Predicate<Publication<C>> fits) {
    for (long each = Math.max(first, from); each < next; each++) {
      Publication<C> publication = places[place(each)];
      if (publication != null && fits.test(publication)) {
        return each;
      }
    }
    return 0;
  }

  /**
   * Lets go of publications that have an outcome already, as their confirmation would come too late
   * or never.
   */
  public void withdrawDone() {
    for (long each = first; each < next; each++) {
      Publication<C> publication = places[place(each)];
      if (publication != null && publication.isDone()) {
        take(each);
      }
    }
    trim();
  }

  private Publication<C> take(long number) {
    int place = place(number);
    Publication<C> publication = places[place];
    if (publication != null) {
      places[place] = null;
      size--;
    }
    return publication;
  }

  private void trim() {
    while (first < next && places[place(first)] == null) {
      first++;
    }
  }

  private void grow() {
    Publication<C>[] before = places;
    places = ring(2 * before.length);
    for (long each = first; each < next; each++) {
      places[place(each)] = before[(int) each & before.length - 1];
    }
  }

  private int place(long number) {
    return (int) number & places.length - 1;
  }

  @SuppressWarnings("unchecked")
  private static <C> Publication<C>[] ring(int length) {
    return (Publication<C>[]) new Publication<?>[length];
  }
}
