/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Qos;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * What a client asks of a stream of messages.
 *
 * @param limit the number of messages after which the stream ends, at least 1
 */
record StreamParameters(ConsumeRequest consume, long limit) {

  private static final List<String> KNOWN = List.of("qos", "clientId", "limit");
  private static final int MAX_CLIENT_ID_CHARACTERS = 256;

  /**
   * The parameters of a request.
   *
   * @throws HttpFailure with status 400 naming what cannot be understood
   */
  static StreamParameters of(Request request) {
    Fields query = query(request);
    for (String name : query.getNames()) {
      if (!KNOWN.contains(name)) {
        throw HttpFailure.badRequest(
            "unknown query parameter '" + name + "'; known are " + String.join(", ", KNOWN));
      }
    }
    ConsumeRequest consume =
        ConsumeRequest.builder()
            .qos(settledOnWrite(qos(query.getValue("qos"))))
            .clientId(clientId(query.getValue("clientId")))
            .resumeAfter(emptyToNull(request.getHeaders().get("Last-Event-ID")))
            .build();
    return new StreamParameters(consume, limit(query.getValue("limit")));
  }

  private static Fields query(Request request) {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException malformed) {
      throw HttpFailure.badRequest("the query cannot be decoded: " + malformed.getMessage());
    }
  }

  /**
   * A stream acks what it has written, so that AUTO has the same meaning with a reader behind it.
   */
  private static Qos settledOnWrite(Qos qos) {
    return qos == Qos.AUTO ? Qos.AT_LEAST_ONCE : qos;
  }

  private static Qos qos(String text) {
    if (text == null) {
      return Qos.AUTO;
    }
    try {
      return Qos.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException unknown) {
      throw HttpFailure.badRequest(
          "qos '" + text + "' is not one of " + Arrays.toString(Qos.values()));
    }
  }

  private static String clientId(String text) {
    if (text != null
        && (text.isBlank()
            || text.length() > MAX_CLIENT_ID_CHARACTERS
            || text.chars().anyMatch(Character::isISOControl))) {
      throw HttpFailure.badRequest(
          "clientId must have 1 to " + MAX_CLIENT_ID_CHARACTERS + " printable characters");
    }
    return text;
  }

  private static long limit(String text) {
    if (text == null) {
      return Long.MAX_VALUE;
    }
    try {
      long limit = Long.parseLong(text);
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException notANumber) {
      // answered below
    }
    throw HttpFailure.badRequest("limit '" + text + "' is not a positive number");
  }

  private static String emptyToNull(String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
