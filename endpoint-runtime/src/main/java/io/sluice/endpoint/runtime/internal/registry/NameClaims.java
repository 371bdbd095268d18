/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who asks for a name, in the order in which they came: the first has it. */
final class NameClaims {

  private final Map<String, List<EndpointEntry>> claims = new HashMap<>();

  void add(String name, EndpointEntry entry) {
    claims.computeIfAbsent(name, any -> new ArrayList<>()).add(entry);
  }

  void remove(String name, EndpointEntry entry) {
    List<EndpointEntry> claimants = claims.get(name);
    if (claimants != null && claimants.remove(entry) && claimants.isEmpty()) {
      claims.remove(name);
    }
  }

  Optional<EndpointEntry> owner(String name) {
    return claimants(name).stream().findFirst();
  }

  /** All who ask for a name, the owner first. */
  List<EndpointEntry> claimants(String name) {
    return List.copyOf(claims.getOrDefault(name, List.of()));
  }
}
