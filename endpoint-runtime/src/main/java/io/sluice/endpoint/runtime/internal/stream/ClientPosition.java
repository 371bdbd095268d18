/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Where the streams of one request go on from generation to generation, as the backend does not
 * know it: after the last message such that it and all before it are settled, and without those
 * behind it that are settled, too. Owned by the control thread.
 */
final class ClientPosition {

  /** Streams that say the same compete; those that begin at different messages do not. */
  record Key(String clientId, Optional<String> resumeAfter, Map<String, Object> overrides) {

    static Key of(ConsumeRequest request, String endpoint) {
      return new Key(
          request.clientId().orElse(endpoint), request.resumeAfter(), request.overrides());
    }
  }

  private final Key key;
  private final ConsumeRequest request;
  private ContiguousPosition position = new ContiguousPosition();

  /** Null between two generations. */
  private CompetingStreams competing;

  /** How many open streams, and subscriptions with something unsettled, go by it. */
  private int users;

  ClientPosition(Key key, ConsumeRequest request) {
    this.key = key;
    this.request = request;
  }

  Key key() {
    return key;
  }

  /** One more goes by it. */
  void use() {
    users++;
  }

  /** One goes by it no more; true if that was the last. */
  boolean leave() {
    return --users == 0;
  }

  /** What streams of the present generation compete for; null before the first. */
  CompetingStreams competing() {
    return competing;
  }

  /** Tracks what is settled in the present generation. */
  ContiguousPosition tracker() {
    return position;
  }

  /** What the next stream is to be subscribed to, to compete with the others of the generation. */
  CompetingStreams competing(Generation generation, Executor callbacks) {
    if (competing != null && competing.expect()) {
      return competing;
    }
    ConsumeRequest asked = competing == null ? resumed() : request;
    if (competing != null && request.resumeAfter().isPresent()) {
      position = new ContiguousPosition(); // a new stream says itself where it begins
    }
    competing = new CompetingStreams(generation, asked, position, callbacks);
    competing.expect();
    return competing;
  }

  private ConsumeRequest resumed() {
    Message last = position.last();
    return last == null
        ? request
        : request.toBuilder().resumeAfter(last.id().orElseThrow()).build();
  }

  /** The generation is over. */
  void detach() {
    if (competing != null) {
      competing.detach();
      competing = null;
    }
    position = position.forNext();
  }
}
