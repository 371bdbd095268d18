/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Return;
import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.support.message.HeaderText;
import io.sluice.endpoint.support.publishing.ConfirmationNumbers;
import io.sluice.endpoint.support.publishing.Publication;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the publication that a returned message is for. A return has no number, but the whole
 * message, and returns come in the order in which the messages were published, before their
 * confirmations. So it is for the first message under way, after the one that was returned last,
 * that is equal to it. Messages that are equal in everything cannot be told apart, by anyone.
 *
 * <p>Belongs to the event loop.
 */
final class ReturnedMessages {

  private static final Logger LOG = LoggerFactory.getLogger(ReturnedMessages.class);
  private static final String NO_ROUTE = "NO_ROUTE";

  private final ConfirmationNumbers<PublishedMessage> underWay;
  private long last;

  ReturnedMessages(ConfirmationNumbers<PublishedMessage> underWay) {
    this.underWay = underWay;
  }

  /** Rejects the publication. */
  void reject(Return message) {
    EndpointException error = error(message);
    long number = find(each -> reject(each, message, error));
    if (number == 0) {
      LOG.warn("A message to exchange '{}' came back that is not under way", message.getExchange());
    }
    last = Math.max(last, number);
  }

  /** Rejects it if it is the one. */
  private static boolean reject(
      Publication<PublishedMessage> each, Return message, EndpointException error) {
    if (each.isDone() || !isEqual(each.content(), message)) {
      return false;
    }
    each.reject(
        error,
        Attributes.builder()
            .set(RabbitmqAttributes.EXCHANGE, message.getExchange())
            .set(RabbitmqAttributes.ROUTING_KEY, message.getRoutingKey())
            .build());
    return true;
  }

  private long find(Predicate<Publication<PublishedMessage>> fits) {
    long after = underWay.find(last + 1, fits);
    return after == 0 ? underWay.find(1, fits) : after;
  }

  private static boolean isEqual(PublishedMessage sent, Return message) {
    return sent.routingKey().equals(message.getRoutingKey())
        && Arrays.equals(sent.body(), message.getBody())
        && Objects.equals(sent.properties().getMessageId(), message.getProperties().getMessageId())
        && Objects.equals(
            sent.properties().getCorrelationId(), message.getProperties().getCorrelationId())
        && headers(sent.properties()).equals(headers(message.getProperties()));
  }

  /** As text, since the client reads other types than it writes. */
  private static Map<String, String> headers(AMQP.BasicProperties properties) {
    Headers headers = RabbitmqHeaders.read(properties.getHeaders());
    Map<String, String> texts = new TreeMap<>();
    headers.forEach(
        header ->
            texts.put(header.name(), header.value() == null ? "" : HeaderText.of(header.value())));
    return texts;
  }

  private static EndpointException error(Return message) {
    return EndpointException.builder(
            ErrorCode.UNROUTABLE,
            "no queue is bound for exchange '%s' and routing key '%s': %s"
                .formatted(
                    message.getExchange(),
                    message.getRoutingKey(),
                    Objects.requireNonNullElse(message.getReplyText(), NO_ROUTE)))
        .backendCode(String.valueOf(message.getReplyCode()))
        .build();
  }
}
