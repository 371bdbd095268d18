/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Return;
import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.publishing.ConfirmationNumbers;
import io.sluice.endpoint.support.publishing.Publication;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  private final UntakenMessages untaken;
  private long last;

  /**
   * Finds messages under way.
   *
   * @param untaken where brokers say first that they have not taken a message, and return it then
   */
  ReturnedMessages(ConfirmationNumbers<PublishedMessage> underWay, UntakenMessages untaken) {
    this.underWay = underWay;
    this.untaken = untaken;
  }

  /** Rejects the publication. */
  void reject(Return message) {
    // A broker may have changed its headers.
    find(each -> isEqual(each.content(), message))
        .or(() -> find(each -> isAlike(each.content(), message)))
        .ifPresentOrElse(
            each -> reject(each, message),
            () ->
                LOG.warn(
                    "A message to exchange '{}' came back that is not under way",
                    message.getExchange()));
  }

  private static void reject(Publication<PublishedMessage> publication, Return message) {
    publication.reject(
        error(message),
        Attributes.builder()
            .set(RabbitmqAttributes.EXCHANGE, message.getExchange())
            .set(RabbitmqAttributes.ROUTING_KEY, message.getRoutingKey())
            .build());
  }

  private Optional<Publication<PublishedMessage>> find(
      Predicate<Publication<PublishedMessage>> fits) {
    return untaken.find(fits).or(() -> findUnderWay(fits));
  }

  private Optional<Publication<PublishedMessage>> findUnderWay(
      Predicate<Publication<PublishedMessage>> fits) {
    Predicate<Publication<PublishedMessage>> open = each -> !each.isDone() && fits.test(each);
    long after = underWay.find(last + 1, open);
    long number = after == 0 ? underWay.find(1, open) : after;
    if (number == 0) {
      return Optional.empty();
    }
    last = number;
    List<Publication<PublishedMessage>> found = new ArrayList<>(1);
    underWay.find(number, found::add);
    return Optional.of(found.get(0));
  }

  private static boolean isAlike(PublishedMessage sent, Return message) {
    return sent.routingKey().equals(message.getRoutingKey())
        && Arrays.equals(sent.body(), message.getBody());
  }

  private static boolean isEqual(PublishedMessage sent, Return message) {
    AMQP.BasicProperties before = sent.properties();
    AMQP.BasicProperties after = message.getProperties();
    return isAlike(sent, message)
        && Objects.equals(before.getMessageId(), after.getMessageId())
        && Objects.equals(before.getCorrelationId(), after.getCorrelationId())
        && headers(before).equals(headers(after));
  }

  /** In a form that can be compared: the client reads other types than it writes. */
  private static Map<String, Object> headers(AMQP.BasicProperties properties) {
    Map<String, Object> comparable = new HashMap<>();
    RabbitmqHeaders.read(properties.getHeaders())
        .forEach(header -> comparable.put(header.name(), comparable(header.value())));
    return comparable;
  }

  private static Object comparable(Object value) {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (value instanceof List<?> list) {
      return Arrays.asList(list.stream().map(ReturnedMessages::comparable).toArray());
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> members = new HashMap<>();
      map.forEach((name, member) -> members.put(name, comparable(member)));
      return members;
    }
    return value;
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
