/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** The message that a POST carries: its body, and what the fields beginning with Sluice- say. */
final class RequestMessage {

  private static final String HEADER = "Sluice-Header";
  private static final String ATTRIBUTE_PREFIX = "sluice-attribute-";
  private static final String TOMBSTONE = "Sluice-Tombstone";

  private RequestMessage() {}

  /**
   * The message of a request.
   *
   * @throws HttpFailure with status 400 if a field cannot be understood, or a tombstone has a body
   */
  static Message of(HttpFields fields, byte[] body) {
    Headers.Builder headers = Headers.builder();
    Attributes.Builder attributes = Attributes.builder();
    for (HttpField field : fields) {
      if (HEADER.equalsIgnoreCase(field.getName())) {
        addHeader(headers, text(field));
      } else if (field.getLowerCaseName().startsWith(ATTRIBUTE_PREFIX)) {
        attributes.set(attributeName(field), text(field));
      }
    }
    return Message.builder()
        .payload(payload(fields, body))
        .headers(headers.build())
        .attributes(attributes.build())
        .build();
  }

  private static byte[] payload(HttpFields fields, byte[] body) {
    if (!isTombstone(fields)) {
      return body;
    }
    if (body.length > 0) {
      throw HttpFailure.badRequest(
          TOMBSTONE
              + ": true publishes a message without payload, and the request has a body of "
              + body.length
              + " bytes: leave out one of them");
    }
    return null;
  }

  private static boolean isTombstone(HttpFields fields) {
    if (!fields.contains(TOMBSTONE)) {
      return false;
    }
    String value = String.join(", ", fields.getValuesList(TOMBSTONE));
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw HttpFailure.badRequest(
              TOMBSTONE + " must be true or false, and is '" + value + "'");
    };
  }

  private static void addHeader(Headers.Builder headers, String field) {
    int equals = field.indexOf('=');
    if (equals <= 0) {
      throw HttpFailure.badRequest(
          HEADER + " must have the form name=value, and is '" + field + "'");
    }
    headers.add(field.substring(0, equals).trim(), field.substring(equals + 1));
  }

  private static String attributeName(HttpField field) {
    String name = field.getName().substring(ATTRIBUTE_PREFIX.length());
    if (name.isEmpty()) {
      throw HttpFailure.badRequest(
          "a field " + ATTRIBUTE_PREFIX.toUpperCase(Locale.ROOT) + "… lacks the attribute's name");
    }
    return AttributeNames.of(name);
  }

  /** The value as its sender meant it: Jetty reads bytes as ISO 8859-1, people write UTF-8. */
  private static String text(HttpField field) {
    String value = field.getValue() == null ? "" : field.getValue();
    return JsonValues.utf8(value.getBytes(StandardCharsets.ISO_8859_1)).orElse(value);
  }
}
