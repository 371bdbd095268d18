/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.factory;

import io.sluice.endpoint.EndpointType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** The factories that are there now. Owned by the control thread. */
public final class FactoryCatalog {

  /**
   * The highest version first. Of equal versions the one that came first stays in front, so that a
   * newcomer of the same version replaces nothing.
   */
  private static final Comparator<ServedType> BEST_FIRST =
      Comparator.comparing(FactoryCatalog::version)
          .reversed()
          .thenComparing(served -> served.candidate().serviceId());

  private final List<ServedType> present = new ArrayList<>();

  /** Adds a factory. */
  public void add(ServedType served) {
    present.add(served);
  }

  /** Removes a factory. */
  public void remove(ServedType served) {
    present.remove(served);
  }

  /** The factories that may serve a type in a range of versions, best first. */
  public List<ServedType> find(String type, VersionRange versions) {
    return ofType(type).stream()
        .filter(served -> versions.includes(version(served)))
        .sorted(BEST_FIRST)
        .toList();
  }

  /** Why {@link #find} finds nothing, for people. */
  public String absence(String type, VersionRange versions) {
    String others =
        ofType(type).stream()
            .map(FactoryCatalog::version)
            .sorted()
            .distinct()
            .map(Version::toString)
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? "no bundle serves type '%s'; types present: %s".formatted(type, names())
        : "no bundle serves type '%s' in version %s; versions present: %s"
            .formatted(type, versions, others);
  }

  /** The types, one entry a version, ordered by name, then version. */
  public List<EndpointType> types() {
    return present.stream()
        .sorted(
            Comparator.comparing((ServedType served) -> served.type().name())
                .thenComparing(FactoryCatalog::version))
        .map(ServedType::type)
        .toList();
  }

  private List<ServedType> ofType(String type) {
    return present.stream().filter(served -> served.type().name().equals(type)).toList();
  }

  private String names() {
    String names =
        present.stream()
            .map(served -> served.type().name())
            .sorted()
            .distinct()
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  private static Version version(ServedType served) {
    return served.candidate().version();
  }
}
