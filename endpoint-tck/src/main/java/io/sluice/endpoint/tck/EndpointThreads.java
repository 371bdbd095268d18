/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.Set;
import java.util.stream.Collectors;

/** The live threads of the endpoints of one type, known by their names. */
final class EndpointThreads {

  private final String prefix;

  EndpointThreads(String type) {
    this.prefix = "sluice-" + type + "-";
  }

  /** What their names begin with. */
  String prefix() {
    return prefix;
  }

  Set<Thread> live() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .collect(Collectors.toSet());
  }
}
