/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.Map;
import java.util.Set;

/** Properties that a factory must refuse, with where its violations must point. Immutable. */
public final class InvalidConfiguration {

  private final String mistake;
  private final Map<String, Object> properties;
  private final Set<String> pointers;

  private InvalidConfiguration(
      String mistake, Map<String, Object> properties, Set<String> pointers) {
    this.mistake = mistake;
    this.properties = Map.copyOf(properties);
    this.pointers = Set.copyOf(pointers);
  }

  /**
   * A configuration with one or more mistakes.
   *
   * @param mistake for the report, such as {@code "port out of range, two unknown keys"}
   * @param properties nested or dotted
   * @param pointers JSON Pointers of all violations to be expected, at least one
   */
  public static InvalidConfiguration of(
      String mistake, Map<String, Object> properties, String... pointers) {
    if (pointers.length == 0) {
      throw new IllegalArgumentException("an invalid configuration has a violation");
    }
    return new InvalidConfiguration(mistake, properties, Set.of(pointers));
  }

  String mistake() {
    return mistake;
  }

  Map<String, Object> properties() {
    return properties;
  }

  Set<String> pointers() {
    return pointers;
  }
}
