/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The connections of one endpoint, and which of them are up. Not safe for use by many threads. */
final class LinkStates {

  /** Why each link is down, in the order of their first reports; empty where it is up. */
  private final Map<String, Optional<EndpointException>> links = new LinkedHashMap<>();

  void up(String link) {
    links.put(link, Optional.empty());
  }

  void down(String link, EndpointException error) {
    links.put(link, Optional.of(error));
  }

  void remove(String link) {
    links.remove(link);
  }

  /** Whether there is a report of any. */
  boolean areKnown() {
    return !links.isEmpty();
  }

  /** Whether any of them is up. */
  boolean isAnyUp() {
    return links.values().stream().anyMatch(Optional::isEmpty);
  }

  /** What is wrong with those that are down; with a name where there are several. */
  String reason() {
    return links.entrySet().stream()
        .filter(link -> link.getValue().isPresent())
        .map(link -> reason(link.getKey(), link.getValue().get()))
        .collect(Collectors.joining("; "));
  }

  private String reason(String link, EndpointException error) {
    return links.size() == 1 ? error.getMessage() : link + ": " + error.getMessage();
  }
}
