/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.GroupDefinition;
import io.sluice.endpoint.runtime.internal.configuration.SettingsDefinition;
import io.sluice.endpoint.runtime.internal.endpoint.EndpointPlan;
import io.sluice.endpoint.runtime.internal.endpoint.FactoryCandidate;
import io.sluice.endpoint.runtime.internal.factory.FactoryCatalog;
import io.sluice.endpoint.runtime.internal.factory.ServedType;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.support.schema.Resolution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Makes a plan from a definition, its group and the factories that are there. The configuration is
 * nested, merged and validated by the schema of the best candidate.
 */
final class EndpointPlanner {

  private static final String MASK = "***";

  private final FactoryCatalog catalog;
  private final Groups groups;

  EndpointPlanner(FactoryCatalog catalog, Groups groups) {
    this.catalog = catalog;
    this.groups = groups;
  }

  /** The plan for an entry as things are now. */
  EndpointPlan plan(EndpointEntry entry) {
    EndpointDefinition definition = entry.definition();
    Optional<GroupDefinition> group = definition.group().flatMap(groups::find);
    SettingsDefinition settings =
        SettingsDefinition.of(
            group.map(GroupDefinition::settings).orElse(Map.of()), definition.settings());
    List<Violation> violations = new ArrayList<>(definition.violations());
    violations.addAll(settings.violations());
    if (definition.group().isPresent() && group.isEmpty()) {
      violations.add(unknownGroup(definition.group().get()));
    }
    List<ServedType> served = catalog.find(definition.type(), definition.versions());
    EndpointPlan plan =
        served.isEmpty()
            ? unserved(definition, group, settings, violations, entry.revision())
            : served(definition, group, settings, violations, served, entry.revision());
    return entry.isDrained() ? drained(plan) : plan;
  }

  /** Violations would let the last good configuration go on. */
  private static EndpointPlan drained(EndpointPlan plan) {
    return new EndpointPlan(
        List.of(),
        "drained by an operator, until it is resumed",
        plan.properties(),
        List.of(),
        plan.warnings(),
        plan.settings(),
        plan.shown(),
        plan.revision());
  }

  /** Without a schema nothing can be nested, and nothing is known to be no secret. */
  private EndpointPlan unserved(
      EndpointDefinition definition,
      Optional<GroupDefinition> group,
      SettingsDefinition settings,
      List<Violation> violations,
      long revision) {
    String reason =
        definition.type().isEmpty()
            ? "the configuration names no type"
            : catalog.absence(definition.type(), definition.versions());
    return new EndpointPlan(
        List.of(),
        reason,
        Map.of(),
        violations,
        warnings(definition, group),
        runtimeSettings(settings, Map.of("producer", windows(definition, group))),
        masked(definition, group),
        revision);
  }

  /** All keys, and of none the value. */
  private static Map<String, Object> masked(
      EndpointDefinition definition, Optional<GroupDefinition> group) {
    Map<String, Object> shown = new TreeMap<>();
    group.ifPresent(shared -> shared.properties().keySet().forEach(key -> shown.put(key, MASK)));
    definition.properties().keySet().forEach(key -> shown.put(key, MASK));
    return Collections.unmodifiableMap(shown);
  }

  private static EndpointPlan served(
      EndpointDefinition definition,
      Optional<GroupDefinition> group,
      SettingsDefinition settings,
      List<Violation> violations,
      List<ServedType> served,
      long revision) {
    EndpointSchema schema = served.get(0).schema();
    Resolution own = schema.resolve(definition.properties());
    violations.addAll(own.violations());
    Map<String, Object> tree = own.tree();
    if (group.isPresent()) {
      Resolution shared = schema.resolve(group.get().properties());
      shared.violations().forEach(violation -> violations.add(ofGroup(violation, group.get())));
      tree = schema.merge(shared.tree(), own.tree());
    }
    Map<String, Object> complete = schema.withDefaults(tree);
    violations.addAll(schema.validate(complete));
    List<FactoryCandidate> candidates = served.stream().map(ServedType::candidate).toList();
    return new EndpointPlan(
        candidates,
        "",
        tree,
        inOrder(violations),
        warnings(definition, group),
        runtimeSettings(settings, complete),
        schema.masked(complete),
        revision);
  }

  private Violation unknownGroup(String name) {
    List<String> known = groups.names();
    return Violation.of(
        "/group",
        "group",
        "no group '%s' is configured; groups: %s"
            .formatted(name, known.isEmpty() ? "none" : String.join(", ", known)));
  }

  private static Violation ofGroup(Violation violation, GroupDefinition group) {
    return Violation.of(
        violation.pointer(),
        violation.key(),
        "in group '" + group.name().orElse(group.pid()) + "': " + violation.message());
  }

  private static List<String> warnings(
      EndpointDefinition definition, Optional<GroupDefinition> group) {
    List<String> warnings = new ArrayList<>(definition.warnings());
    group.map(GroupDefinition::warnings).ifPresent(warnings::addAll);
    return warnings;
  }

  private static List<Violation> inOrder(List<Violation> violations) {
    return violations.stream().distinct().sorted(Comparator.comparing(Violation::pointer)).toList();
  }

  /** The runtime's window in front of an endpoint is as large as the one that the endpoint has. */
  private static RuntimeSettings runtimeSettings(
      SettingsDefinition settings, Map<String, Object> complete) {
    RuntimeSettings defaults = RuntimeSettings.DEFAULTS;
    return new RuntimeSettings(
        settings.drain(),
        settings.redeliveryDelay(),
        settings.maxDeliveries(),
        (int)
            Math.min(Integer.MAX_VALUE, producer(complete, "maxInFlight", defaults.maxInFlight())),
        producer(complete, "maxInFlightBytes", defaults.maxInFlightBytes()),
        settings.callTimeout());
  }

  /** What messages that wait for the bundle are bounded by, as far as it can be read. */
  private static Map<String, Object> windows(
      EndpointDefinition definition, Optional<GroupDefinition> group) {
    Map<String, Object> written = new HashMap<>();
    group.ifPresent(shared -> written.putAll(shared.properties()));
    written.putAll(definition.properties());
    Map<String, Object> windows = new HashMap<>();
    for (String key : List.of("maxInFlight", "maxInFlightBytes")) {
      number(written.get("producer." + key)).ifPresent(number -> windows.put(key, number));
    }
    return windows;
  }

  private static OptionalLong number(Object written) {
    try {
      return OptionalLong.of(Long.parseLong(String.valueOf(written).strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // the schema will tell what is wrong
    }
  }

  private static long producer(Map<String, Object> complete, String key, long otherwise) {
    return complete.get("producer") instanceof Map<?, ?> producer
            && producer.get(key) instanceof Number number
            && number.longValue() > 0
        ? number.longValue()
        : otherwise;
  }
}
