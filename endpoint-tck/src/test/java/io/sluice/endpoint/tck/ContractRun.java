/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs checks inside a test, and keeps how they ended. */
final class ContractRun implements TestExecutionListener {

  private final Set<String> failed = ConcurrentHashMap.newKeySet();
  private final Set<String> reasons = ConcurrentHashMap.newKeySet();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();

  private ContractRun() {}

  static ContractRun of(TestEngine engine, DiscoverySelector selector) {
    ContractRun run = new ContractRun();
    launcher(engine).execute(request(selector), run);
    return run;
  }

  /** The names of the checks that a run would take in. */
  static Set<String> checks(TestEngine engine, DiscoverySelector selector) {
    TestPlan plan = launcher(engine).discover(request(selector));
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .filter(TestIdentifier::isTest)
        .map(ContractRun::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The names of the checks that failed. */
  Set<String> failed() {
    return failed;
  }

  /** Why checks were left out. */
  Set<String> reasons() {
    return reasons;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() && result.getStatus() == TestExecutionResult.Status.FAILED) {
      failed.add(name(test));
    }
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      result.getThrowable().map(Throwable::getMessage).ifPresent(reasons::add);
    }
    ended.add(test.getDisplayName() + ": " + result);
  }

  /** How everything ended, for the message of a failed assertion. */
  @Override
  public String toString() {
    return ended.toString();
  }

  private static LauncherDiscoveryRequest request(DiscoverySelector selector) {
    return LauncherDiscoveryRequestBuilder.request().selectors(selector).build();
  }

  /** Nothing is found by itself, so that the outer run's listeners hear nothing of this one. */
  private static Launcher launcher(TestEngine engine) {
    return LauncherFactory.create(
        LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .addTestEngines(engine)
            .build());
  }

  private static String name(TestIdentifier test) {
    return test.getSource().map(MethodSource.class::cast).orElseThrow().getMethodName();
  }
}
