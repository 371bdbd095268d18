/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.EndpointException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The consumers of one endpoint that have not ended. One that has cancelled lingers, as its
 * deliveries can still be settled, and holds what others could have: it is closed when its place
 * gets another consumer, which opens when it has ended.
 *
 * <p>Safe for use by many threads; which consumers there are is guarded by this object.
 *
 * @param <C> the consumers of one type of endpoint
 */
public final class ConsumerRegistry<C extends ConsumerRegistry.Member> {

  /** One consumer. Its methods may be called by any thread, and do not wait. */
  public interface Member {

    /** Begins to take messages. Called once, also on one that was stopped before: it ends then. */
    void open();

    /** Whether its subscription is over, and it only waits for settlements. */
    boolean isLingering();

    /** Ends it without waiting for settlements any more. */
    void close();

    /**
     * Takes in nothing more, completes the subscription, gives what is unsettled some time, and
     * ends.
     *
     * @param successor whether another endpoint is expected to take its place
     */
    void stop(Duration drain, boolean successor);

    /** Ends the subscription with an error. */
    void fail(EndpointException error);

    /** Completes when all its resources are released. */
    CompletableFuture<Void> ended();

    /** How many messages were delivered and are not settled. */
    long unsettled();

    /** How many messages wait for it; negative if that is not known. */
    long lag();
  }

  private final Map<C, String> places = new LinkedHashMap<>();

  /** Why there can be no more consumers; null while there can. */
  private EndpointException refusal;

  /**
   * Adds a consumer, which opens as soon as those that linger at its place have ended.
   *
   * @param place what consumers have to leave to each other: a group, a client id
   * @param maker makes the consumer, given those of the place that do not linger; called under the
   *     lock of this object
   * @throws EndpointException if the endpoint is being stopped, or has failed
   */
  public C open(String place, Function<List<C>, C> maker) {
    C opened;
    List<C> leaving;
    synchronized (this) {
      if (refusal != null) {
        throw refusal;
      }
      Map<Boolean, List<C>> present =
          places.keySet().stream()
              .filter(each -> places.get(each).equals(place))
              .collect(Collectors.partitioningBy(Member::isLingering)); // asked once: it changes
      leaving = present.get(true);
      opened = maker.apply(present.get(false));
      places.put(opened, place);
    }
    opened.ended().thenRun(() -> forget(opened));
    leaving.forEach(Member::close);
    allEnded(leaving).thenRun(opened::open);
    return opened;
  }

  /**
   * Stops all consumers.
   *
   * @param refusal what later ones are refused with
   * @return completes when all have ended
   */
  public CompletableFuture<Void> stop(
      Duration drain, boolean successor, EndpointException refusal) {
    List<C> all = refuse(refusal);
    all.forEach(each -> each.stop(drain, successor));
    return allEnded(all);
  }

  /** Ends all subscriptions with an error, those that come later included. */
  public void fail(EndpointException error) {
    refuse(error).forEach(each -> each.fail(error));
  }

  /** The consumers that have not ended, the oldest first; a copy. */
  public synchronized List<C> all() {
    return List.copyOf(places.keySet());
  }

  /** How many messages were delivered and are not settled. */
  public long unsettled() {
    return all().stream().mapToLong(Member::unsettled).sum();
  }

  /** How many messages wait; negative if that is not known of any consumer. */
  public long lag() {
    return all().stream()
        .mapToLong(Member::lag)
        .filter(lag -> lag >= 0)
        .reduce(Long::sum)
        .orElse(-1);
  }

  private synchronized List<C> refuse(EndpointException error) {
    refusal = error;
    return all();
  }

  private synchronized void forget(C consumer) {
    places.remove(consumer);
  }

  private static CompletableFuture<Void> allEnded(List<? extends Member> consumers) {
    return CompletableFuture.allOf(
        consumers.stream().map(Member::ended).toArray(CompletableFuture<?>[]::new));
  }
}
