/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One backend, or a place in one, and the other side of it: what a test sends there, an endpoint
 * consumes, and what an endpoint publishes, the test receives. Used by one test, one call at a
 * time.
 *
 * <p>A backend says by its {@link #abilities()} what it can do. What it cannot do leaves checks
 * out.
 */
public interface Backend extends AutoCloseable {

  /** The methods below that work; the others throw {@link UnsupportedOperationException}. */
  Set<Ability> abilities();

  /**
   * Properties of an endpoint that serves at least these modes on this backend; nested, dotted or
   * both. With consuming and publishing together the endpoint consumes what it publishes. The
   * contract sets {@code consumer.maxUnsettled} and {@code producer.maxInFlight} in addition where
   * the schema has them.
   *
   * @param modes some of the type's modes
   */
  Map<String, Object> configuration(Mode... modes);

  /**
   * Properties of an endpoint that meets with a situation, or {@link #unsupported()}.
   *
   * @param situation any, also one that was not known when the fixture was written
   */
  default Optional<Map<String, Object>> configuration(Situation situation) {
    return unsupported();
  }

  /** Says that a situation is not supported by this backend. */
  static Optional<Map<String, Object>> unsupported() {
    return Optional.empty();
  }

  /**
   * Brings about what the configuration of a situation does not by itself; called when an endpoint
   * with that configuration is up. Does nothing by default. {@link #close()} undoes it.
   *
   * @param situation one whose configuration was asked for
   */
  default void begin(Situation situation) {}

  /**
   * Properties of an endpoint whose subscriptions complete after a number of messages; empty if
   * there is no such thing, as with most brokers.
   */
  default Optional<Map<String, Object>> configuration(long messages) {
    return Optional.empty();
  }

  /**
   * Sends messages, in order, to the consumers that an endpoint has now: it waits until the backend
   * knows them. Headers need not be sent along. May return before the messages have been taken.
   *
   * @param endpoint consumes from this backend
   */
  default void send(MessageEndpoint endpoint, List<Message> messages) {
    throw new UnsupportedOperationException();
  }

  /**
   * The first messages that an endpoint has published since the backend was made, in order.
   *
   * @param endpoint publishes to this backend
   * @return fewer than the count if no more come in time
   */
  default List<Message> receive(MessageEndpoint endpoint, int count, Duration patience) {
    throw new UnsupportedOperationException();
  }

  /** Sends something to the consumers of an endpoint that no endpoint can decode. */
  default void sendMalformed(MessageEndpoint endpoint) {
    throw new UnsupportedOperationException();
  }

  /** Breaks the connections of the endpoints and takes no new ones. */
  default void interrupt() {
    throw new UnsupportedOperationException();
  }

  /** Takes connections again. */
  default void restore() {
    throw new UnsupportedOperationException();
  }

  /** Removes what the backend was made of, and ends what it brought about. */
  @Override
  default void close() {}
}
