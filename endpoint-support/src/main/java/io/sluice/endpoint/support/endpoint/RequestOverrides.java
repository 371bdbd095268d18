/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.endpoint;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a request changes of the configuration. All methods throw an {@link EndpointException} with
 * {@link ErrorCode#REQUEST_INVALID} that says what is wrong.
 */
public final class RequestOverrides {

  private RequestOverrides() {}

  /**
   * Checks that a request changes nothing else.
   *
   * @param section of the configuration, for people
   * @param keys that it may change
   */
  public static void allow(String section, Map<String, Object> overrides, String... keys) {
    Set<String> unknown = new TreeSet<>(overrides.keySet());
    unknown.removeAll(Set.of(keys));
    if (!unknown.isEmpty()) {
      throw invalid(
          "a request cannot override %s; it can override %s"
              .formatted(
                  named(section, unknown),
                  keys.length == 0 ? "nothing" : named(section, new TreeSet<>(Set.of(keys)))));
    }
  }

  /** A text; empty if it is not changed. */
  public static Optional<String> text(Map<String, Object> overrides, String key) {
    Optional<String> text = Optional.ofNullable(overrides.get(key)).map(String::valueOf);
    if (text.filter(String::isBlank).isPresent()) {
      throw invalid("the override of " + key + " is blank");
    }
    return text;
  }

  /** Texts, given as a list or separated by commas; empty if they are not changed. */
  public static List<String> texts(Map<String, Object> overrides, String key) {
    Object value = overrides.get(key);
    List<String> texts =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : value == null ? List.of() : Arrays.asList(value.toString().split(",", -1));
    return texts.stream().map(String::strip).toList();
  }

  /** The error for a value that does not fit. */
  public static EndpointException invalid(String why) {
    return new EndpointException(ErrorCode.REQUEST_INVALID, why);
  }

  private static String named(String section, Set<String> keys) {
    return keys.stream().map(key -> section + "." + key).collect(Collectors.joining(", "));
  }
}
