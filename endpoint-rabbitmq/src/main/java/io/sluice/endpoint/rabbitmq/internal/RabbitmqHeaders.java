/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.LongString;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Headers as tables of AMQP, both ways.
 *
 * <p>Booleans, numbers, bytes, null, lists and maps keep their types. A string is a long string; a
 * long string that is not UTF-8 is bytes. An instant is a timestamp, which counts whole seconds:
 * the fraction is lost. Big integers travel as long integers. The client does not keep the order of
 * a table, and a table has a name once: a header that repeats becomes one list of its values.
 *
 * <p>Refused is also what would break connections: RabbitMQ closes one for NaN and the infinities,
 * and the client gives up one on which it reads a value that is nested too deeply.
 */
final class RabbitmqHeaders {

  private static final int SCALAR_BYTES = 8;
  private static final int LENGTH_BYTES = 4;

  /** The client reads one level more, which a header that repeats takes. */
  private static final int MAX_DEPTH = 31;

  private static final int MAX_SCALE = 255;
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1000;

  private RabbitmqHeaders() {}

  /** The values of a header that repeats. */
  private static final class Repetitions extends ArrayList<Object> {

    private static final long serialVersionUID = 1L;
  }

  /**
   * The headers in a table.
   *
   * @param table as the client has read it; null for none
   */
  static Headers read(Map<String, Object> table) {
    if (table == null || table.isEmpty()) {
      return Headers.empty();
    }
    Headers.Builder headers = Headers.builder();
    table.forEach((name, value) -> headers.add(name, read(value)));
    return headers.build();
  }

  /**
   * The table of headers, null if there are none.
   *
   * @throws EndpointException {@link ErrorCode#MESSAGE_INVALID} for what AMQP cannot carry
   */
  static Map<String, Object> write(Headers headers) {
    if (headers.isEmpty()) {
      return null;
    }
    Map<String, Object> table = new LinkedHashMap<>();
    for (int i = 0; i < headers.size(); i++) {
      String name = checked(headers.name(i), headers.name(i));
      add(table, name, write(name, headers.value(i), MAX_DEPTH));
    }
    return table;
  }

  /**
   * How many bytes a table takes at most, if a character takes so many.
   *
   * @param table null for none
   * @param charBytes 3 for a bound, 1 for an estimate
   */
  static long size(Map<?, ?> table, int charBytes) {
    long size = LENGTH_BYTES;
    if (table != null) {
      for (Map.Entry<?, ?> entry : table.entrySet()) {
        size += 1 + (long) charBytes * ((String) entry.getKey()).length();
        size += 1 + valueSize(entry.getValue(), charBytes);
      }
    }
    return size;
  }

  private static long valueSize(Object value, int charBytes) {
    if (value instanceof LongString text) {
      return LENGTH_BYTES + text.length();
    }
    if (value instanceof String text) {
      return LENGTH_BYTES + (long) charBytes * text.length();
    }
    if (value instanceof byte[] bytes) {
      return LENGTH_BYTES + bytes.length;
    }
    if (value instanceof List<?> list) {
      long size = LENGTH_BYTES;
      for (Object item : list) {
        size += 1 + valueSize(item, charBytes);
      }
      return size;
    }
    return value instanceof Map<?, ?> map ? size(map, charBytes) : SCALAR_BYTES;
  }

  private static Object read(Object value) {
    if (value instanceof LongString text) {
      return textOrBytes(text.getBytes());
    }
    if (value instanceof Date date) {
      return date.toInstant();
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(read(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> members = new LinkedHashMap<>();
      map.forEach((name, member) -> members.put((String) name, read(member)));
      return members;
    }
    return value;
  }

  private static Object textOrBytes(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean suspicious = text.indexOf('\uFFFD') >= 0; // stands for what is not UTF-8, or for itself
    return suspicious && !isUtf8(bytes) ? bytes : text;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static void add(Map<String, Object> table, String name, Object value) {
    if (!table.containsKey(name)) {
      table.put(name, value);
    } else if (table.get(name) instanceof Repetitions earlier) {
      earlier.add(value);
    } else {
      Repetitions values = new Repetitions();
      values.add(table.get(name));
      values.add(value);
      table.put(name, values);
    }
  }

  private static Object write(String header, Object value, int depth) {
    if (value instanceof Instant instant) {
      return date(header, instant);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal(header, decimal);
    }
    if (value instanceof BigInteger integer) {
      return number(header, integer);
    }
    if (value instanceof List<?> || value instanceof Map<?, ?>) {
      return structure(header, value, depth - 1);
    }
    if (!isCarriedAsItIs(value)) {
      throw invalid(header, "holds a " + value.getClass().getSimpleName() + ", unknown to AMQP");
    }
    if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
      throw invalid(header, "holds " + number);
    }
    return value;
  }

  private static Object structure(String header, Object value, int depth) {
    if (depth < 0) {
      throw invalid(header, "is nested in more than " + MAX_DEPTH + " levels");
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(write(header, item, depth)));
      return items;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    ((Map<?, ?>) value)
        .forEach(
            (name, member) ->
                members.put(checked(header, (String) name), write(header, member, depth)));
    return members;
  }

  private static boolean isCarriedAsItIs(Object value) {
    return value == null
        || value instanceof String
        || value instanceof byte[]
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double
        || value instanceof Float
        || value instanceof Short
        || value instanceof Byte;
  }

  private static Date date(String header, Instant instant) {
    if (Math.abs(instant.getEpochSecond()) >= MAX_SECONDS) {
      throw invalid(header, "holds an instant too far away");
    }
    return new Date(instant.getEpochSecond() * 1000);
  }

  /** AMQP has 32 bits for the digits, and 8 for their number after the point. */
  private static BigDecimal decimal(String header, BigDecimal decimal) {
    boolean small = decimal.scale() <= MAX_SCALE && decimal.scale() > -MAX_SCALE;
    BigDecimal plain = small && decimal.scale() < 0 ? decimal.setScale(0) : decimal;
    if (!small || plain.unscaledValue().bitLength() >= Integer.SIZE) {
      throw invalid(header, "holds a decimal of more than 32 bits");
    }
    return plain;
  }

  private static Long number(String header, BigInteger integer) {
    if (integer.bitLength() >= Long.SIZE) {
      throw invalid(header, "holds a whole number of more than 64 bits");
    }
    return integer.longValue();
  }

  private static String checked(String header, String name) {
    if (!ShortText.fits(name)) {
      throw invalid(header, "has a name of more than " + ShortText.MAX_BYTES + " bytes");
    }
    return name;
  }

  private static EndpointException invalid(String header, String why) {
    String name = header.length() > 40 ? header.substring(0, 40) + "…" : header;
    return EndpointException.ofMessage(
        ErrorCode.MESSAGE_INVALID, "header '" + name + "' " + why, null);
  }
}
