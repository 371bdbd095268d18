/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.GroupDefinition;
import io.sluice.endpoint.runtime.internal.configuration.StoredConfiguration;
import io.sluice.endpoint.runtime.internal.endpoint.EndpointPlan;
import io.sluice.endpoint.runtime.internal.factory.FactoryCatalog;
import io.sluice.endpoint.runtime.internal.factory.ServedType;
import io.sluice.endpoint.runtime.internal.framework.ScriptedFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class EndpointPlannerTest {

  private static final String GROUP_PID = "io.sluice.group~plant";

  private final FactoryCatalog catalog = new FactoryCatalog();
  private final Groups groups = new Groups();
  private final EndpointPlanner planner = new EndpointPlanner(catalog, groups);

  @Test
  void nestsWhatTheOperatorWroteFlat() {
    serve("1.0.0");
    EndpointPlan planned =
        plan(Map.of("type", "scripted", "topic", "orders", "security.password", "canary"));
    assertThat(planned.violations()).isEmpty();
    assertThat(planned.properties())
        .isEqualTo(Map.of("topic", "orders", "security", Map.of("password", "canary")));
    assertThat(planned.candidates()).hasSize(1);
  }

  @Test
  void mergesTheGroupFieldByField() {
    serve("1.0.0");
    group(Map.of("security.user", "shared", "security.password", "canary", "drain", "100"));
    EndpointPlan planned =
        plan(
            Map.of(
                "type", "scripted", "group", "plant", "topic", "orders", "security.user", "own"));
    assertThat(planned.violations()).isEmpty();
    assertThat(planned.properties())
        .isEqualTo(
            Map.of("topic", "orders", "security", Map.of("user", "own", "password", "canary")));
    assertThat(planned.settings().drain()).hasMillis(100);
  }

  @Test
  void findsWhatIsWrongInConfigurationGroupAndRuntimeKeysAtOnce() {
    serve("1.0.0");
    group(Map.of("security.usr", "shared"));
    EndpointPlan planned =
        plan(
            Map.of(
                "type", "scripted",
                "group", "plant",
                "drain", "soon",
                "tpic", "orders",
                "producer.maxInFlight", "many",
                "security.password", "$[env:MISSING]"));
    assertThat(planned.violations())
        .extracting(Violation::key)
        .containsExactlyInAnyOrder(
            "drain", "producer.maxInFlight", "security.password", "security.usr", "topic", "tpic");
    assertThat(planned.violations())
        .filteredOn(violation -> violation.key().equals("security.usr"))
        .extracting(Violation::message)
        .first()
        .asString()
        .startsWith("in group 'plant': ");
  }

  @Test
  void refusesAGroupThatIsNotThere() {
    serve("1.0.0");
    group(Map.of());
    EndpointPlan planned = plan(Map.of("type", "scripted", "topic", "orders", "group", "plan"));
    assertThat(planned.violations())
        .extracting(Violation::message)
        .containsExactly("no group 'plan' is configured; groups: plant");
  }

  @Test
  void masksSecretsAndFillsInDefaultsWhereTheTypeIsKnown() {
    serve("1.0.0");
    EndpointPlan planned =
        plan(Map.of("type", "scripted", "topic", "orders", "security.password", "canary"));
    assertThat(planned.shown()).containsEntry("topic", "orders");
    assertThat(planned.shown()).containsEntry("producer", Map.of("maxInFlight", 1024L));
    assertThat(planned.shown()).containsEntry("security", Map.of("password", "***"));
  }

  @Test
  void masksEverythingWhereTheTypeIsNotKnown() {
    group(Map.of("shared", "canary"));
    EndpointPlan planned = plan(Map.of("type", "other", "topic", "canary", "group", "plant"));
    assertThat(planned.candidates()).isEmpty();
    assertThat(planned.unsatisfiedReason()).startsWith("no bundle serves type 'other'");
    assertThat(planned.shown()).isEqualTo(Map.of("shared", "***", "topic", "***"));
    assertThat(planned.toString()).doesNotContain("canary");
  }

  @Test
  void givesTheRuntimeTheWindowOfTheEndpoint() {
    serve("1.0.0");
    EndpointPlan planned =
        plan(Map.of("type", "scripted", "topic", "orders", "producer.maxInFlight", "7"));
    assertThat(planned.settings().maxInFlight()).isEqualTo(7);
  }

  @Test
  void knowsTheWindowWhileTheBundleIsAway() {
    group(Map.of("producer.maxInFlight", 5, "producer.maxInFlightBytes", 4096L));
    EndpointPlan planned =
        plan(Map.of("type", "other", "group", "plant", "producer.maxInFlight", " 4 "));
    assertThat(planned.settings().maxInFlight()).isEqualTo(4);
    assertThat(planned.settings().maxInFlightBytes()).isEqualTo(4096);
    assertThat(plan(Map.of("type", "other", "producer.maxInFlight", "x")).settings())
        .as("the schema will tell what is wrong")
        .isEqualTo(plan(Map.of("type", "other")).settings());
  }

  @Test
  void keepsWhatWasDefinedBeforeAConfigurationThatCannotBeRead() {
    serve("1.0.0");
    EndpointEntry entry = entry(Map.of("type", "scripted", "topic", "orders"));
    String problem = "a.json: line 3, column 1: end of input";

    entry.define(definition(Map.of(EndpointRuntime.CONFIGURATION_PROBLEM, problem)));

    EndpointPlan plan = planner.plan(entry);
    assertThat(entry.asksForAnother()).isFalse();
    assertThat(plan.properties()).isEqualTo(Map.of("topic", "orders"));
    assertThat(plan.violations()).extracting(Violation::message).containsExactly(problem);
    entry.define(definition(Map.of("type", "scripted", "topic", "others")));
    assertThat(planner.plan(entry).violations()).isEmpty();
  }

  @Test
  void showsAConfigurationThatCouldNeverBeRead() {
    EndpointEntry entry = entry(Map.of(EndpointRuntime.CONFIGURATION_PROBLEM, "a.json: empty"));

    assertThat(entry.name()).isEqualTo("a");
    assertThat(planner.plan(entry).violations())
        .extracting(Violation::message)
        .containsExactly("a.json: empty");
  }

  @Test
  void warnsOfWhatTheHostWarnsOfInConfigurationAndGroup() {
    serve("1.0.0");
    group(Map.of(EndpointRuntime.CONFIGURATION_WARNING, "plant.cfg: ah"));

    EndpointPlan plan =
        plan(
            Map.of(
                "type",
                "scripted",
                "topic",
                "orders",
                "group",
                "plant",
                EndpointRuntime.CONFIGURATION_WARNING,
                "a.cfg: oh"));

    assertThat(plan.warnings()).containsExactly("a.cfg: oh", "plant.cfg: ah");
    assertThat(plan.violations()).isEmpty();
    assertThat(plan.properties()).isEqualTo(Map.of("topic", "orders"));
  }

  @Test
  void goesOnWithAGroupThatCannotBeReadAnyMoreAndShowsIt() {
    serve("1.0.0");
    group(Map.of("security.user", "shared"));
    EndpointEntry entry = entry(Map.of("type", "scripted", "topic", "orders", "group", "plant"));

    assertThat(groups.unreadable(GROUP_PID, "plant.json: line 1: empty")).containsExactly("plant");

    EndpointPlan plan = planner.plan(entry);
    assertThat(plan.warnings())
        .containsExactly("plant.json: line 1: empty; the last good group serves");
    assertThat(plan.violations()).isEmpty();
    assertThat(plan.properties()).containsEntry("security", Map.of("user", "shared"));
    group(Map.of("security.user", "shared"));
    assertThat(planner.plan(entry).warnings()).isEmpty();
  }

  @Test
  void takesAGroupThatCouldNeverBeReadForNone() {
    serve("1.0.0");

    assertThat(groups.unreadable(GROUP_PID, "plant.json: line 1: empty")).isEmpty();

    EndpointPlan plan = plan(Map.of("type", "scripted", "topic", "orders", "group", "plant"));
    assertThat(plan.violations())
        .extracting(Violation::message)
        .containsExactly("no group 'plant' is configured; groups: none");
    assertThat(plan.warnings()).isEmpty();
  }

  @Test
  void takesTheFactoriesAwayFromADrainedEndpoint() {
    serve("1.0.0");
    EndpointEntry entry = entry(Map.of("type", "scripted", "topic", "orders"));
    entry.drained(true);
    assertThat(planner.plan(entry).candidates()).isEmpty();
    assertThat(planner.plan(entry).unsatisfiedReason()).contains("drained");
  }

  private void serve(String version) {
    catalog.add(ServedType.of(new ScriptedFactory(), Version.valueOf(version), 1));
  }

  private void group(Map<String, Object> properties) {
    groups.put(
        GroupDefinition.of(new StoredConfiguration(GROUP_PID, "io.sluice.group", properties)));
  }

  private EndpointPlan plan(Map<String, Object> properties) {
    return planner.plan(entry(properties));
  }

  private static EndpointEntry entry(Map<String, Object> properties) {
    EndpointEntry entry = new EndpointEntry("io.sluice.endpoint~a");
    entry.define(definition(properties));
    entry.adopt();
    return entry;
  }

  private static EndpointDefinition definition(Map<String, Object> properties) {
    return EndpointDefinition.of(
        new StoredConfiguration("io.sluice.endpoint~a", "io.sluice.endpoint", properties));
  }
}
