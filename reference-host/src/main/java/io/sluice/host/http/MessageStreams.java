/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageEndpoint;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;

/** The open streams of messages. Safe for use by many threads. */
final class MessageStreams {

  private final Set<MessageStream> open = ConcurrentHashMap.newKeySet();
  private final long heartbeatMillis;
  private volatile boolean stopping;

  /**
   * No streams yet.
   *
   * @param heartbeat how often an idle stream writes a comment, so that a dead client is noticed
   */
  MessageStreams(Duration heartbeat) {
    heartbeatMillis = heartbeat.toMillis();
  }

  /** Answers a request with a stream of an endpoint's messages. */
  void open(HttpExchange exchange, MessageEndpoint endpoint) {
    StreamParameters parameters = StreamParameters.of(exchange.request());
    Flow.Publisher<Delivery> messages = endpoint.consume(parameters.consume());
    MessageStream stream =
        new MessageStream(
            exchange, endpoint.name(), parameters.limit(), heartbeatMillis, open::remove);
    open.add(stream);
    if (stopping) {
      open.remove(stream);
      throw EndpointException.retryable(ErrorCode.UNAVAILABLE, "the host is stopping");
    }
    stream.start(messages);
  }

  /** The number of open streams. */
  int count() {
    return open.size();
  }

  /** Ends every stream cleanly, and refuses new ones. */
  void stop() {
    stopping = true;
    open.forEach(MessageStream::end);
  }
}
