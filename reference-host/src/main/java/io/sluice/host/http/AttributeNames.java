/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Gives attribute names back the case that endpoints know them by: as part of an HTTP field name
 * they match without regard to case. A name that is not among the documented ones is taken as it
 * was sent.
 */
final class AttributeNames {

  private static final Map<String, String> DOCUMENTED =
      List.of(
              "kafka.timestampType",
              "mqtt5.contentType",
              "mqtt5.correlationData",
              "mqtt5.messageExpiryInterval",
              "mqtt5.payloadFormat",
              "mqtt5.responseTopic",
              "rabbitmq.appId",
              "rabbitmq.contentEncoding",
              "rabbitmq.contentType",
              "rabbitmq.correlationId",
              "rabbitmq.deliveryMode",
              "rabbitmq.deliveryTag",
              "rabbitmq.messageId",
              "rabbitmq.replyTo",
              "rabbitmq.routingKey",
              "rabbitmq.streamOffset",
              "rabbitmq.userId",
              "sluice.deliveryCount",
              "solace.applicationMessageId",
              "solace.correlationId",
              "solace.dmqEligible",
              "solace.replyTo",
              "solace.senderId",
              "solace.senderTimestamp")
          .stream()
          .collect(Collectors.toUnmodifiableMap(AttributeNames::fold, name -> name));

  private static final List<String> LOWER_CASE_TYPES =
      List.of("kafka.", "mqtt5.", "rabbitmq.", "solace.", "mock.", "http.");

  private AttributeNames() {}

  static String of(String sent) {
    String folded = fold(sent);
    String documented = DOCUMENTED.get(folded);
    if (documented != null) {
      return documented;
    }
    return LOWER_CASE_TYPES.stream().anyMatch(folded::startsWith) ? folded : sent;
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
