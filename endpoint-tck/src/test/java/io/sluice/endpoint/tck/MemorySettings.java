/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Violation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The configuration of a {@link MemoryEndpoint}. */
final class MemorySettings {

  private static final Map<String, Class<?>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("address", String.class);
    KEYS.put("flood", Boolean.class);
    KEYS.put("count", Long.class);
    KEYS.put("consumer.enabled", Boolean.class);
    KEYS.put("consumer.maxUnsettled", Integer.class);
    KEYS.put("producer.enabled", Boolean.class);
    KEYS.put("producer.maxInFlight", Integer.class);
    KEYS.put("producer.refuse", Boolean.class);
    KEYS.put("producer.stall", Boolean.class);
    KEYS.put("exchange.enabled", Boolean.class);
    KEYS.put("exchange.echo", Boolean.class);
    KEYS.put("exchange.late", Boolean.class);
    KEYS.put("trouble", String.class);
    KEYS.put("password", String.class);
  }

  private final Map<String, Object> values;

  private MemorySettings(Map<String, Object> values) {
    this.values = values;
  }

  static MemorySettings of(EndpointConfiguration configuration, Bug bug)
      throws ConfigurationException {
    Map<String, Object> values =
        bug == Bug.DOTTED_ONLY
            ? configuration.properties()
            : PropertyForms.dotted(configuration.properties());
    List<Violation> violations = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          Class<?> type = KEYS.get(key);
          if (type == null) {
            violations.add(violation(key, unknown(key, values, bug)));
          } else if (!type.isInstance(value)) {
            violations.add(violation(key, "'" + key + "' must be " + type.getSimpleName()));
          }
        });
    if (!values.containsKey("address")) {
      violations.add(violation("address", "'address' is missing"));
    }
    if (!violations.isEmpty()) {
      throw new ConfigurationException(
          configuration.name(),
          bug == Bug.FIRST_VIOLATION_ONLY ? violations.subList(0, 1) : violations);
    }
    return new MemorySettings(values);
  }

  private static Violation violation(String key, String message) {
    return Violation.of("/" + key.replace('.', '/'), key, message);
  }

  private static String unknown(String key, Map<String, Object> values, Bug bug) {
    String nearest =
        KEYS.keySet().stream()
            .filter(known -> key.startsWith(known) && bug != Bug.NEAREST_KEY_NOT_NAMED)
            .findFirst()
            .map(known -> "; did you mean '" + known + "'?")
            .orElse("");
    String secret = bug == Bug.TELLS_SECRET ? " beside " + values.get("password") : "";
    return "unknown key '" + key + "'" + nearest + secret;
  }

  static Set<String> keys() {
    return KEYS.keySet();
  }

  String address() {
    return (String) values.get("address");
  }

  boolean flag(String key) {
    return Boolean.TRUE.equals(values.get(key));
  }

  /** Whether the broker is in a situation. */
  boolean isIn(Situation situation) {
    return situation.name().equals(values.get("trouble"));
  }

  String password() {
    return (String) values.getOrDefault("password", "");
  }

  int number(String key, int defaultValue) {
    return values.get(key) instanceof Integer number ? number : defaultValue;
  }

  /** After how many messages of a flood a subscription completes. */
  long count() {
    return values.get("count") instanceof Long count ? count : Long.MAX_VALUE;
  }

  Set<Mode> modes() {
    Set<Mode> modes = EnumSet.noneOf(Mode.class);
    if (flag("consumer.enabled")) {
      modes.add(Mode.CONSUME);
    }
    if (flag("producer.enabled")) {
      modes.add(Mode.PUBLISH);
    }
    if (flag("exchange.enabled")) {
      modes.add(Mode.EXCHANGE);
    }
    return modes;
  }
}
