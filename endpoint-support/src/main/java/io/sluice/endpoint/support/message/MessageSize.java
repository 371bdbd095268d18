/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.message;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import java.util.List;
import java.util.Map;

/**
 * How much a message counts in a bound of bytes: an estimate, in bytes, of payload, headers and
 * those attributes that hold bytes or text, as a key does. A character counts as one byte, a
 * number, boolean or instant as eight; objects themselves do not count. Equal messages have equal
 * sizes. Nothing is allocated unless a list or map is among the headers.
 */
public final class MessageSize {

  private static final int SCALAR_BYTES = 8;

  private MessageSize() {}

  /**
   * The size of a message in bytes, at most {@link Integer#MAX_VALUE}.
   *
   * @param message not null
   */
  public static int of(Message message) {
    long size = message.size() + headers(message.headers()) + attributes(message.attributes());
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  private static long headers(Headers headers) {
    long size = 0;
    for (int i = 0; i < headers.size(); i++) {
      size += headers.name(i).length() + value(headers.value(i));
    }
    return size;
  }

  private static long attributes(Attributes attributes) {
    long size = 0;
    for (int i = 0; i < attributes.size(); i++) {
      Object value = attributes.value(i);
      if (value instanceof byte[] || value instanceof String) {
        size += attributes.name(i).length() + value(value);
      }
    }
    return size;
  }

  private static long value(Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof byte[] bytes) {
      return bytes.length;
    }
    if (value instanceof String text) {
      return text.length();
    }
    if (value instanceof List<?> list) {
      return list(list);
    }
    return value instanceof Map<?, ?> map ? map(map) : SCALAR_BYTES;
  }

  private static long list(List<?> values) {
    long size = 0;
    for (Object value : values) {
      size += value(value);
    }
    return size;
  }

  private static long map(Map<?, ?> values) {
    long size = 0;
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      size += value(entry.getKey()) + value(entry.getValue());
    }
    return size;
  }
}
