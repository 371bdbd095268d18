/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import java.time.Instant;
import java.util.Set;

/**
 * A copy of a message that was refused for good: its payload, headers and correlation id, with
 * headers that tell where it comes from and why it is there. Of the attributes, which say where a
 * message goes, it keeps what the type wants to keep.
 */
public final class DeadLetter {

  /** Header: the name of the endpoint that consumed the message. */
  public static final String ENDPOINT = "dead-letter-endpoint";

  /** Header: the topic or queue that it came from. */
  public static final String SOURCE = "dead-letter-source";

  /** Header: its id there; absent if it has none. */
  public static final String POSITION = "dead-letter-position";

  /** Header: why it was refused, as code and words. */
  public static final String REASON = "dead-letter-reason";

  /** Header: how often it was delivered. */
  public static final String COUNT = "dead-letter-count";

  /** Header: when it was refused, in ISO 8601. */
  public static final String TIME = "dead-letter-time";

  private DeadLetter() {}

  /**
   * The copy.
   *
   * @param source the topic or queue that the message came from
   * @param reason why it was refused
   * @param kept the names of the attributes that go along
   */
  public static Message of(
      Message message,
      String endpoint,
      String source,
      EndpointException reason,
      Set<String> kept,
      Instant time) {
    Headers.Builder headers = message.headers().toBuilder();
    Set.of(ENDPOINT, SOURCE, POSITION, REASON, COUNT, TIME).forEach(headers::remove);
    headers.add(ENDPOINT, endpoint).add(SOURCE, source);
    message.id().ifPresent(id -> headers.add(POSITION, id));
    headers
        .add(REASON, reason.code() + ": " + reason.getMessage())
        .add(COUNT, Integer.toString(deliveries(message)))
        .add(TIME, time.toString());
    Attributes.Builder attributes = Attributes.builder();
    message
        .attributes()
        .asMap()
        .forEach(
            (name, value) -> {
              if (kept.contains(name)) {
                attributes.set(name, value);
              }
            });
    Message.Builder copy =
        Message.builder()
            .payload(message.payload())
            .headers(headers.build())
            .attributes(attributes.build());
    message.correlationId().ifPresent(copy::correlationId);
    return copy.build();
  }

  private static int deliveries(Message message) {
    return message.attributes().get(Delivery.COUNT_ATTRIBUTE) instanceof Integer n ? n : 1;
  }
}
