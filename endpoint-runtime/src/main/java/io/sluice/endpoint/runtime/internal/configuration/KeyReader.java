/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.EndpointRuntime;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Takes the runtime's own keys out of a configuration, one after the other. A key whose value is of
 * no use counts as not set and leaves a violation. Not safe for use by more than one thread.
 */
final class KeyReader {

  private static final String NAME_KEY = "name";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final Map<String, Object> rest;
  private final List<Violation> violations = new ArrayList<>();

  KeyReader(Map<String, Object> properties) {
    rest = new TreeMap<>(properties);
  }

  /** A text that is not blank. */
  Optional<String> text(String key) {
    Object value = rest.remove(key);
    if (value == null) {
      return Optional.empty();
    }
    String text = value.toString().trim();
    if (text.isEmpty()) {
      return reject(key, "must not be empty");
    }
    return unresolved(text)
        ? reject(key, "has an unresolved placeholder: " + text)
        : Optional.of(text);
  }

  /** A whole number from {@code least} to {@code greatest}, or nothing. */
  OptionalLong number(String key, long least, long greatest) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text.get());
      if (number.compareTo(BigDecimal.valueOf(least)) >= 0
          && number.compareTo(BigDecimal.valueOf(greatest)) <= 0) {
        return OptionalLong.of(number.longValueExact());
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // reported like a number out of range
    }
    violate(
        key,
        "must be a whole number from %d to %d, but is '%s'".formatted(least, greatest, text.get()));
    return OptionalLong.empty();
  }

  /** Texts, from a list or from one text with commas; empty if the key is not set. */
  Optional<List<String>> texts(String key) {
    Object value = rest.remove(key);
    if (value == null) {
      return Optional.empty();
    }
    Collection<?> parts =
        value instanceof Collection<?> many ? many : List.of(value.toString().split(","));
    return Optional.of(
        parts.stream().map(part -> part.toString().trim()).filter(s -> !s.isEmpty()).toList());
  }

  /** What is there of some keys, as it is. */
  Map<String, Object> raw(Collection<String> keys) {
    Map<String, Object> found = new TreeMap<>();
    for (String key : keys) {
      Object value = rest.remove(key);
      if (value != null) {
        found.put(key, value);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  /**
   * The name of what is configured: the key {@code name}, or what follows the tilde in the PID.
   * Names show up in URLs, client ids and names of threads, so that they are held to what is safe
   * there.
   */
  Optional<String> name(StoredConfiguration configuration) {
    boolean given = rest.containsKey(NAME_KEY);
    String name = given ? text(NAME_KEY).orElse("") : configuration.nameInPid();
    if (NAME.matcher(name).matches()) {
      return Optional.of(name);
    }
    if (!given && name.isEmpty()) {
      return reject(NAME_KEY, "is missing");
    }
    return name.isEmpty()
        ? Optional.empty()
        : reject(
            NAME_KEY,
            "must be 1 to 128 letters, digits, dots, hyphens and underscores, with a letter or"
                + " digit first, but is '"
                + name
                + "'");
  }

  /** Adds a violation of a key of the runtime. */
  void violate(String key, String message) {
    violations.add(Violation.of("/" + key, key, "'" + key + "' " + message));
  }

  /** Adds a violation of a key unless it has one already. */
  void violateOnce(String key, String message) {
    if (violations.stream().noneMatch(violation -> violation.key().equals(key))) {
      violate(key, message);
    }
  }

  /** What the host warns of. */
  List<String> warnings() {
    Object warning = rest.remove(EndpointRuntime.CONFIGURATION_WARNING);
    return warning == null ? List.of() : List.of(warning.toString());
  }

  /** The keys not read yet. */
  Map<String, Object> rest() {
    return Collections.unmodifiableMap(rest);
  }

  /** The violations found so far. */
  List<Violation> violations() {
    return List.copyOf(violations);
  }

  private Optional<String> reject(String key, String message) {
    violate(key, message);
    return Optional.empty();
  }

  private static boolean unresolved(String text) {
    return text.contains("$[");
  }
}
