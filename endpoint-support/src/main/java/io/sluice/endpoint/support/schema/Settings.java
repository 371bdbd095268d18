/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A validated configuration with typed access by dotted key.
 *
 * <p>The schema has been applied before, so a key that is missing, or of another type than asked
 * for, is a mistake in the program: every method throws {@link IllegalStateException} then, and its
 * message never holds a value. Use the {@code optional…} methods for keys without default that need
 * not be given. Immutable, safe for use by many threads.
 */
public final class Settings {

  /** How a value was asked for, which {@link SettingsProbe} compares with the schema. */
  enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    FLAG,
    TEXTS,
    SECTION,
    SECTIONS,
    MAP,
    ANY
  }

  private final String prefix;
  private final Map<String, Object> tree;
  private final BiConsumer<String, Kind> reads;

  private Settings(String prefix, Map<String, Object> tree, BiConsumer<String, Kind> reads) {
    this.prefix = prefix;
    this.tree = Objects.requireNonNull(tree, "tree");
    this.reads = reads;
  }

  /**
   * The settings in a tree that the caller has validated, as {@link EndpointSchema#settings} does.
   *
   * @param tree with defaults filled in; not copied, must not change any more
   */
  public static Settings of(Map<String, Object> tree) {
    return new Settings("", tree, (key, kind) -> {});
  }

  /** The same settings, telling about every read with the key from the root. */
  Settings observed(BiConsumer<String, Kind> observer) {
    return new Settings(prefix, tree, observer);
  }

  /** The text at a key. */
  public String text(String key) {
    return required(key, Kind.TEXT, String.class);
  }

  /** The text at a key, if there is one. */
  public Optional<String> optionalText(String key) {
    return optional(key, Kind.TEXT, String.class);
  }

  /**
   * The whole number at a key.
   *
   * @throws IllegalStateException also if it does not fit an {@code int}: its schema lacks a range
   */
  public int integer(String key) {
    return toInt(key, number(key));
  }

  /** The whole number at a key, if there is one. */
  public Optional<Integer> optionalInteger(String key) {
    return optionalNumber(key).map(value -> toInt(key, value));
  }

  /** The whole number at a key. */
  public long number(String key) {
    return required(key, Kind.INTEGER, Long.class);
  }

  /** The whole number at a key, if there is one. */
  public Optional<Long> optionalNumber(String key) {
    return optional(key, Kind.INTEGER, Long.class);
  }

  /** The decimal number at a key. */
  public double decimal(String key) {
    return required(key, Kind.DECIMAL, Number.class).doubleValue();
  }

  /** The decimal number at a key, if there is one. */
  public Optional<Double> optionalDecimal(String key) {
    return optional(key, Kind.DECIMAL, Number.class).map(Number::doubleValue);
  }

  /** True or false at a key. */
  public boolean flag(String key) {
    return required(key, Kind.FLAG, Boolean.class);
  }

  /** True or false at a key, if it is given. */
  public Optional<Boolean> optionalFlag(String key) {
    return optional(key, Kind.FLAG, Boolean.class);
  }

  /** The duration at a key whose value counts milliseconds. */
  public Duration millis(String key) {
    return Duration.ofMillis(number(key));
  }

  /** The duration at a key whose value counts milliseconds, if it is given. */
  public Optional<Duration> optionalMillis(String key) {
    return optionalNumber(key).map(Duration::ofMillis);
  }

  /** The duration at a key whose value counts seconds. */
  public Duration seconds(String key) {
    return Duration.ofSeconds(number(key));
  }

  /** The duration at a key whose value counts seconds, if it is given. */
  public Optional<Duration> optionalSeconds(String key) {
    return optionalNumber(key).map(Duration::ofSeconds);
  }

  /** The list of texts at a key, immutable; empty when it is not given. */
  public List<String> texts(String key) {
    List<?> values = optional(key, Kind.TEXTS, List.class).orElse(List.of());
    List<String> texts = new ArrayList<>(values.size());
    for (Object value : values) {
      texts.add(cast(key, value, String.class));
    }
    return Collections.unmodifiableList(texts);
  }

  /** The objects in the list at a key, immutable; empty when it is not given. */
  public List<Settings> sections(String key) {
    List<?> values = optional(key, Kind.SECTIONS, List.class).orElse(List.of());
    List<Settings> sections = new ArrayList<>(values.size());
    for (Object value : values) {
      sections.add(child(key + "." + sections.size(), value));
    }
    return Collections.unmodifiableList(sections);
  }

  /** The free-form map at a key, values as text, in order, immutable; empty when not given. */
  public Map<String, String> map(String key) {
    Map<?, ?> values = optional(key, Kind.MAP, Map.class).orElse(Map.of());
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
    return Collections.unmodifiableMap(texts);
  }

  /** The free-form map at a key, values as they are, in order, immutable; empty when not given. */
  public Map<String, Object> values(String key) {
    Map<?, ?> values = optional(key, Kind.MAP, Map.class).orElse(Map.of());
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(String.valueOf(name), value));
    return Collections.unmodifiableMap(copy);
  }

  /** The object at a key. */
  public Settings section(String key) {
    return child(key, required(key, Kind.SECTION, Map.class));
  }

  /** The object at a key, if it is given or has defaults. */
  public Optional<Settings> optionalSection(String key) {
    return optional(key, Kind.SECTION, Map.class).map(value -> child(key, value));
  }

  /**
   * The enumerated text at a key as a constant. Case does not count, and any other character than
   * letters and digits stands for an underscore: {@code dead-letter} is {@code DEAD_LETTER}.
   */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    String name = text(key).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalStateException(
        "'" + prefix + key + "' allows a value that " + type.getSimpleName() + " lacks");
  }

  /** Whether there is a value at a key. */
  public boolean has(String key) {
    return optional(key, Kind.ANY, Object.class).isPresent();
  }

  /** The keys at the top: values may be secret. */
  @Override
  public String toString() {
    return "Settings[" + prefix + tree.keySet() + "]";
  }

  private <T> T required(String key, Kind kind, Class<T> type) {
    return optional(key, kind, type)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "'" + prefix + key + "' has no value: it lacks a default in the schema"));
  }

  private <T> Optional<T> optional(String key, Kind kind, Class<T> type) {
    reads.accept(prefix + key, kind);
    Object value = tree;
    for (String name : key.split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return value == null ? Optional.empty() : Optional.of(cast(key, value, type));
  }

  private <T> T cast(String key, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new IllegalStateException(
          "'" + prefix + key + "' is no " + type.getSimpleName() + ", contrary to the schema");
    }
    return type.cast(value);
  }

  private int toInt(String key, long value) {
    if (value != (int) value) {
      throw new IllegalStateException("'" + prefix + key + "' does not fit an int");
    }
    return (int) value;
  }

  @SuppressWarnings("unchecked")
  private Settings child(String key, Object value) {
    return new Settings(
        prefix + key + ".", (Map<String, Object>) cast(key, value, Map.class), reads);
  }
}
