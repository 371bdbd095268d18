/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a JSON object into the flat keys and scalars that Config Admin knows. Nested objects become
 * dotted keys, an array of scalars an array, other arrays indexed keys ({@code headers.0.name});
 * keys that are dotted already stay as they are; null counts as not set.
 */
final class JsonConfigurationReader {

  private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");

  private final JsonReader json;
  private final Dictionary<String, Object> properties = new Hashtable<>();
  private final Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  private JsonConfigurationReader(Reader reader) {
    json = new JsonReader(reader);
    json.setStrictness(Strictness.STRICT);
  }

  /**
   * Reads a configuration.
   *
   * @throws MalformedConfigurationException if the text is no JSON object, or names a key twice
   * @throws IOException if reading fails
   */
  static Dictionary<String, Object> read(Reader reader)
      throws IOException, MalformedConfigurationException {
    JsonConfigurationReader configuration = new JsonConfigurationReader(reader);
    try {
      return configuration.document();
    } catch (EOFException | com.google.gson.stream.MalformedJsonException malformed) {
      throw configuration.malformed(reason(malformed));
    } catch (IllegalStateException | NumberFormatException unexpected) {
      throw configuration.malformed(reason(unexpected));
    }
  }

  private Dictionary<String, Object> document()
      throws IOException, MalformedConfigurationException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      throw malformed("a configuration is a JSON object");
    }
    object("");
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw malformed("nothing may follow the object");
    }
    return properties;
  }

  private void object(String prefix) throws IOException, MalformedConfigurationException {
    json.beginObject();
    while (json.peek() != JsonToken.END_OBJECT) {
      value(prefix + json.nextName());
    }
    json.endObject();
  }

  private void value(String key) throws IOException, MalformedConfigurationException {
    switch (json.peek()) {
      case BEGIN_OBJECT -> object(key + ".");
      case BEGIN_ARRAY -> array(key);
      case NULL -> json.nextNull();
      default -> put(key, scalar());
    }
  }

  private void array(String key) throws IOException, MalformedConfigurationException {
    json.beginArray();
    List<Object> scalars = new ArrayList<>();
    int index = 0;
    while (json.peek() != JsonToken.END_ARRAY) {
      switch (json.peek()) {
        case BEGIN_OBJECT -> object(key + "." + index + ".");
        case BEGIN_ARRAY -> array(key + "." + index);
        case NULL -> throw malformed("an array cannot hold null");
        default -> scalars.add(scalar());
      }
      index++;
    }
    json.endArray();
    if (scalars.size() < index && !scalars.isEmpty()) {
      throw malformed("the array '" + key + "' mixes scalars with objects or arrays");
    }
    if (scalars.size() == index) {
      put(key, typedArray(scalars));
    }
  }

  private Object scalar() throws IOException {
    return switch (json.peek()) {
      case BOOLEAN -> json.nextBoolean();
      case NUMBER -> number(json.nextString());
      default -> json.nextString();
    };
  }

  /** A number where it would be written in the same way again, else the text as it stands. */
  private static Object number(String text) {
    if (text.matches("-?[1-9]\\d{0,17}|0")) {
      return Long.valueOf(text);
    }
    double number = Double.parseDouble(text);
    return Double.toString(number).equals(text) ? number : text;
  }

  private static Object typedArray(List<Object> scalars) {
    if (!scalars.isEmpty() && scalars.stream().allMatch(Long.class::isInstance)) {
      return scalars.toArray(new Long[0]);
    }
    if (!scalars.isEmpty() && scalars.stream().allMatch(Boolean.class::isInstance)) {
      return scalars.toArray(new Boolean[0]);
    }
    return scalars.stream().map(String::valueOf).toArray(String[]::new);
  }

  private void put(String key, Object value) throws MalformedConfigurationException {
    if (!seen.add(key)) {
      throw malformed("the key '" + key + "' is there twice");
    }
    properties.put(key, value);
  }

  private MalformedConfigurationException malformed(String reason) {
    Matcher place = PLACE.matcher(json.toString());
    String where =
        place.find() ? "line " + place.group(1) + ", column " + place.group(2) : "unknown";
    return new MalformedConfigurationException(where + ": " + reason);
  }

  /** The parser's words without its notes on where and how to go on. */
  private static String reason(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    int end = message.indexOf(" at line ");
    String reason = end < 0 ? message : message.substring(0, end);
    reason = reason.replaceFirst("^Use JsonReader.setStrictness.*? to accept ", "").trim();
    return reason.isEmpty()
        ? "malformed JSON"
        : reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
  }
}
