/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides which attributes of a consumed message the published one has. Immutable. */
final class PassedAttributes {

  private final Set<String> names;
  private final List<String> endings;

  /**
   * The attributes of some names.
   *
   * @param patterns names, or {@code *} and the end of names
   */
  PassedAttributes(List<String> patterns) {
    names = patterns.stream().filter(p -> !p.startsWith("*")).collect(Collectors.toSet());
    endings = patterns.stream().filter(p -> p.startsWith("*")).map(p -> p.substring(1)).toList();
  }

  /** The message to publish; the same object where there is nothing to leave out. */
  Message of(Message message) {
    Attributes all = message.attributes();
    if (all.isEmpty()) {
      return message;
    }
    Attributes.Builder passed = Attributes.builder();
    int count = 0;
    for (Map.Entry<String, Object> attribute : all.asMap().entrySet()) {
      if (passes(attribute.getKey())) {
        passed.set(attribute.getKey(), attribute.getValue());
        count++;
      }
    }
    return count == all.size() ? message : message.toBuilder().attributes(passed.build()).build();
  }

  private boolean passes(String name) {
    return names.contains(name) || endings.stream().anyMatch(name::endsWith);
  }
}
