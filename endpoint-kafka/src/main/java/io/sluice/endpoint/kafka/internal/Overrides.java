/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;

/** What a request changes of the configuration. */
final class Overrides {

  private Overrides() {}

  /**
   * Checks that nothing else is changed.
   *
   * @throws EndpointException naming the keys that are not known
   */
  static void allow(String role, Map<String, Object> overrides, String... keys) {
    Set<String> unknown = new TreeSet<>(overrides.keySet());
    unknown.removeAll(Set.of(keys));
    if (!unknown.isEmpty()) {
      throw invalid(
          "a request cannot override %s.%s; it can %s"
              .formatted(
                  role,
                  String.join(", " + role + ".", unknown),
                  String.join(
                      ", ", Set.of(keys).stream().map(key -> role + "." + key).sorted().toList())));
    }
  }

  /** The topics, given as a list or separated by commas; empty if they are not changed. */
  static List<String> topics(Map<String, Object> overrides) {
    Object value = overrides.get("topics");
    List<String> topics =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : value == null ? List.of() : Arrays.asList(value.toString().split(",", -1));
    return topics.stream().map(Overrides::topic).toList();
  }

  /** A text; empty if it is not changed. */
  static Optional<String> text(Map<String, Object> overrides, String key) {
    Optional<String> text = Optional.ofNullable(overrides.get(key)).map(String::valueOf);
    if (text.filter(String::isBlank).isPresent()) {
      throw invalid("the override of " + key + " is blank");
    }
    return text;
  }

  private static String topic(String name) {
    try {
      Topic.validate(name.strip());
      return name.strip();
    } catch (InvalidTopicException e) {
      throw invalid("the override of topics: " + e.getMessage());
    }
  }

  private static EndpointException invalid(String why) {
    return new EndpointException(ErrorCode.REQUEST_INVALID, why);
  }
}
