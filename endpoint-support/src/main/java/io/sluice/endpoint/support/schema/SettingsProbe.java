/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.support.schema.Settings.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds a typed configuration class against its schema, for tests: it hands out {@link Settings}
 * that record what is read, and tells what does not fit.
 *
 * <pre>{@code
 * SettingsProbe probe = new SettingsProbe(schema);
 * MockSettings.of(probe.settings(Map.of()));
 * MockSettings.of(probe.settings(Map.of("http.status", 204)));
 * assertThat(probe.mismatches()).isEmpty();
 * }</pre>
 *
 * <p>Several configurations may be needed until every branch has been read. Defaults cannot differ:
 * they stand in the schema only. Not safe for use by many threads.
 */
public final class SettingsProbe {

  private final EndpointSchema schema;
  private final Map<String, Set<Kind>> reads = new TreeMap<>();

  /** A probe that has recorded nothing yet. */
  public SettingsProbe(EndpointSchema schema) {
    this.schema = schema;
  }

  /**
   * Settings whose reads this probe records.
   *
   * @param raw a configuration without mistakes
   * @throws IllegalArgumentException if it has any
   */
  public Settings settings(Map<String, ?> raw) {
    try {
      return schema.settings(EndpointConfiguration.of("probe", raw)).observed(this::record);
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * What does not fit so far, for people: properties that the class does not read, keys read that
   * the schema lacks, and keys read as another type than the schema gives them. Sorted; empty when
   * all is well.
   */
  public List<String> mismatches() {
    Set<String> mismatches = new TreeSet<>();
    Map<String, SchemaProperty> properties =
        schema.properties().stream().collect(Collectors.toMap(SchemaProperty::key, p -> p));
    properties.values().stream()
        .filter(property -> !property.isSection() && !isRead(property.key()))
        .forEach(property -> mismatches.add(property.key() + " is never read"));
    reads.forEach(
        (key, kinds) -> {
          SchemaProperty property = properties.get(key);
          if (property == null) {
            mismatches.add(key + " is read, but not in the schema");
          } else {
            kinds.stream()
                .filter(kind -> !fits(kind, property))
                .forEach(
                    kind ->
                        mismatches.add(key + " is read as " + kind + ", contrary to the schema"));
          }
        });
    return new ArrayList<>(mismatches);
  }

  private void record(String key, Kind kind) {
    String place = key.replaceAll("\\.\\d+(?=\\.|$)", ".*");
    reads.computeIfAbsent(place, k -> EnumSet.noneOf(Kind.class)).add(kind);
  }

  /** To ask whether a key is there is not to read it; a map is read with all that is in it. */
  private boolean isRead(String key) {
    boolean read = reads.getOrDefault(key, Set.of()).stream().anyMatch(kind -> kind != Kind.ANY);
    int entry = key.indexOf(".*");
    return read
        || (entry > 0 && reads.getOrDefault(key.substring(0, entry), Set.of()).contains(Kind.MAP));
  }

  private static boolean fits(Kind kind, SchemaProperty property) {
    return switch (kind) {
      case TEXT -> isSingle(property, SchemaProperty.Type.STRING);
      case INTEGER -> isSingle(property, SchemaProperty.Type.INTEGER);
      case DECIMAL -> isSingle(property, SchemaProperty.Type.NUMBER);
      case FLAG -> isSingle(property, SchemaProperty.Type.BOOLEAN);
      case TEXTS -> property.list() && property.type() == SchemaProperty.Type.STRING;
      case SECTIONS -> property.list() && property.type() == SchemaProperty.Type.OBJECT;
      case SECTION -> isSingle(property, SchemaProperty.Type.OBJECT);
      case MAP -> property.freeForm();
      case ANY -> true;
    };
  }

  private static boolean isSingle(SchemaProperty property, SchemaProperty.Type type) {
    return !property.list() && !property.freeForm() && property.type() == type;
  }
}
