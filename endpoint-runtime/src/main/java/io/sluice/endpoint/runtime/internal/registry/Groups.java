/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.runtime.internal.configuration.GroupDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured groups, by name. Of several with one name that of the first PID counts. */
final class Groups {

  private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

  private final Map<String, GroupDefinition> byPid = new TreeMap<>();

  /** Adds or replaces a group; returns the names that may mean something else now. */
  Set<String> put(GroupDefinition group) {
    if (!group.violations().isEmpty()) {
      LOG.error(
          "Group {} is invalid; correct its configuration: {}", group.pid(), group.violations());
    }
    group
        .name()
        .flatMap(this::find)
        .filter(other -> !other.pid().equals(group.pid()))
        .ifPresent(
            other ->
                LOG.error(
                    "Group {} has the same name as {}; rename one", group.pid(), other.pid()));
    return names(byPid.put(group.pid(), group), group);
  }

  /**
   * Has a group show that its newest configuration could not be read; one that never could is no
   * group. Returns the names that may mean something else now.
   */
  Set<String> unreadable(String pid, String problem) {
    GroupDefinition shown =
        byPid.computeIfPresent(pid, (key, group) -> group.beforeUnreadable(problem));
    return names(shown, null);
  }

  /** Removes a group if it is there; returns the names that may mean something else now. */
  Set<String> remove(String pid) {
    return names(byPid.remove(pid), null);
  }

  Optional<GroupDefinition> find(String name) {
    return byPid.values().stream()
        .filter(group -> group.name().equals(Optional.of(name)))
        .findFirst();
  }

  /** The names of all groups, in order. */
  List<String> names() {
    return byPid.values().stream()
        .flatMap(group -> group.name().stream())
        .sorted()
        .distinct()
        .toList();
  }

  private static Set<String> names(GroupDefinition before, GroupDefinition after) {
    Set<String> names = new TreeSet<>();
    Stream.of(Optional.ofNullable(before), Optional.ofNullable(after))
        .flatMap(Optional::stream)
        .flatMap(group -> group.name().stream())
        .forEach(names::add);
    return names;
  }
}
