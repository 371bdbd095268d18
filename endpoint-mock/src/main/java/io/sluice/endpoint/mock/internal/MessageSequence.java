/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageIdFormat;
import io.sluice.endpoint.support.message.MessageSize;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The endless sequence of messages that an endpoint makes: any message of it can be made at any
 * time from its index, which is its id. Without a template all share payload, headers and
 * attributes, so that a message costs no more than itself. Immutable.
 */
final class MessageSequence {

  private final byte[] payload;
  private final MessageTemplate template;
  private final Headers headers;
  private final Attributes attributes;
  private final int size;

  MessageSequence(MockSettings.Messages settings) {
    payload = settings.content().getBytes(StandardCharsets.UTF_8);
    template =
        settings.template()
            ? new MessageTemplate(settings.content(), ThreadLocalRandom.current().nextLong())
            : null;
    headers = settings.headers();
    attributes = settings.attributes();
    size = MessageSize.of(of(0, payload, attributes, Message.NO_TIMESTAMP));
  }

  /** The message with an index. */
  Message message(long index, long timestampMillis) {
    return template == null
        ? of(index, payload, attributes, timestampMillis)
        : of(
            index,
            template.render(index, timestampMillis),
            attributes.toBuilder().set(MockAttributes.INDEX, index).build(),
            timestampMillis);
  }

  /** The size in bytes of a message, without what a template adds. */
  int size() {
    return size;
  }

  private Message of(long index, byte[] payload, Attributes attributes, long timestampMillis) {
    return Message.consumed(
        MessageIdFormat.DECIMAL, index, payload, headers, attributes, timestampMillis);
  }
}
