/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * The publications that were handed over on one connection and are not confirmed, by the numbers
 * with which the backend confirms them, one by one or all up to a number (publisher confirms of
 * AMQP 0-9-1). The next connection counts anew and has another instance.
 *
 * <p>Safe for use by many threads: one hands over while another hears the confirmations.
 *
 * @param <C> what the client is given in place of a message
 */
public final class ConfirmationNumbers<C> {

  private final ConcurrentNavigableMap<Long, Publication<C>> unconfirmed =
      new ConcurrentSkipListMap<>();

  /**
   * A publication is about to be handed over; to be called before it is, as the confirmation may
   * overtake the call that hands it over.
   */
  public void add(long number, Publication<C> publication) {
    unconfirmed.put(number, publication);
  }

  /** What was added with a number and has neither been confirmed nor rejected; else null. */
  public Publication<C> get(long number) {
    return unconfirmed.get(number);
  }

  /**
   * The backend has a message.
   *
   * @param multiple whether it has all with lower numbers, too
   */
  public void confirm(long number, boolean multiple) {
    take(number, multiple, publication -> publication.confirm(Attributes.empty()));
  }

  /**
   * The backend does not take a message.
   *
   * @param multiple whether it takes none with lower numbers, either
   */
  public void reject(long number, boolean multiple, EndpointException error) {
    take(number, multiple, publication -> publication.reject(error));
  }

  /**
   * Lets go of a publication whose confirmation would come too late; without effect if it is not
   * here. To be called for what is overdue: the search begins with the oldest.
   */
  public void withdraw(Publication<C> publication) {
    unconfirmed.values().remove(publication);
  }

  private void take(long number, boolean multiple, Consumer<Publication<C>> outcome) {
    if (multiple) {
      Map<Long, Publication<C>> lower = unconfirmed.headMap(number, false);
      for (Long each : lower.keySet()) {
        takeOne(each, outcome);
      }
    }
    takeOne(number, outcome);
  }

  private void takeOne(Long number, Consumer<Publication<C>> outcome) {
    Publication<C> publication = unconfirmed.remove(number);
    if (publication != null) {
      outcome.accept(publication);
    }
  }
}
