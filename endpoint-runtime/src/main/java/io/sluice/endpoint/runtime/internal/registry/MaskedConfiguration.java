/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.GroupDefinition;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is shown of a configuration that no schema explains: its keys, and of no key the value. */
final class MaskedConfiguration {

  private static final String MASK = "***";

  private MaskedConfiguration() {}

  static Map<String, Object> ofUnknownType(
      EndpointDefinition definition, Optional<GroupDefinition> group) {
    Map<String, Object> shown = new TreeMap<>();
    group.ifPresent(shared -> shared.properties().keySet().forEach(key -> shown.put(key, MASK)));
    definition.properties().keySet().forEach(key -> shown.put(key, MASK));
    return Collections.unmodifiableMap(shown);
  }
}
