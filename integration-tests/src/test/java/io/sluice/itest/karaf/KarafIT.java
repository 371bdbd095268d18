/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.itest.host.BundleFile;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Files dropped into Karaf's folders make endpoints, which operators see and use in its shell. */
public class KarafIT {

  @ClassRule public static final Karaf KARAF = new Karaf();

  @BeforeClass
  public static void dropIn() throws Exception {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    KARAF.configure("io.sluice.endpoint.mock-hyphen.cfg", "messageInterval = 50");
    KARAF.configure("io.sluice.endpoint.mock~tilde.cfg", "messageInterval = 50");
    // As Karaf's features service and its command config:edit write it
    KARAF.configure(
        "io.sluice.endpoint.mock-edited.cfg",
        "messageInterval = 50",
        "org.apache.karaf.features.configKey = io.sluice.endpoint.mock-edited",
        "felix.fileinstall.filename = file:edited.cfg");
    KARAF.run("feature:install scr");
    for (BundleFile bundle :
        List.of(BundleFile.API, BundleFile.RUNTIME, BundleFile.MANAGEMENT, BundleFile.MOCK)) {
      KARAF.deploy(bundle);
    }
    awaitServed("hyphen", "1.0.0");
    awaitServed("tilde", "1.0.0");
    awaitServed("edited", "1.0.0");
  }

  @AfterClass
  public static void nothingFailed() throws Exception {
    assertThat(KARAF.logged("| ERROR |"))
        .allSatisfy(line -> assertThat(line).contains("Exception caught while executing command"));
  }

  @Test
  public void bundlesAndEndpointsAreThere() throws Exception {
    String shown =
        KARAF.run(
            "bundle:list",
            "service:list io.sluice.endpoint.runtime.RuntimeListener",
            "endpoint:list",
            "endpoint:types",
            "endpoint:send tilde hello");

    assertThat(shown.lines().filter(line -> line.contains("| Sluice ::")))
        .hasSize(4)
        .allSatisfy(line -> assertThat(line).contains("Active"));
    assertThat(shown).doesNotContain("Waiting");
    for (String name : List.of("hyphen", "tilde", "edited")) {
      assertThat(shown).containsPattern("(?m)^" + name + " +mock +1\\.0\\.0 +UP ");
    }
    assertThat(shown)
        .contains("health.HealthChecks", "jmx.EndpointBeans", "metatype.MetatypeForms");
    assertThat(shown).containsPattern("(?m)^mock +1\\.0\\.0 +\\[CONSUME").contains("confirmed");
  }

  @Test
  public void configurationMadeInTheShellIsAnEndpoint() throws Exception {
    KARAF.run(
        "config:edit --factory --alias made io.sluice.endpoint.mock",
        "config:property-set name made",
        "config:property-set messageInterval 50",
        "config:update");

    awaitServed("made", "1.0.0");
  }

  @Test
  public void commandMayBeAnArgumentOfTheClient() throws Exception {
    assertThat(KARAF.call("endpoint:list")).containsPattern("(?m)^tilde +mock +");
  }

  @Test
  public void placeholderIsFilledIn() throws Exception {
    KARAF.configure("io.sluice.endpoint.mock-secret.cfg", "messageContent = $[env:JAVA_HOME]");
    awaitServed("secret", "1.0.0");

    assertThat(KARAF.call("endpoint:tail -n 1 secret")).contains(System.getProperty("java.home"));
  }

  @Test
  public void wrongArgumentIsAnsweredWithTheUsage() throws Exception {
    assertThat(KARAF.run("endpoint:tail -n few tilde"))
        .contains("usage: endpoint:tail [-n COUNT] NAME");
  }

  @Test
  public void tailGoesOnThroughAnUpdateAndWaitsForADeletedBundle() throws Exception {
    try (Client tail = KARAF.client("endpoint:tail hyphen")) {
      awaitMore(tail, 10);

      KARAF.deploy(BundleFile.MOCK.version("1.0.1"));
      awaitServed("hyphen", "1.0.1");

      awaitMore(tail, 40);
      assertThat(KARAF.run("endpoint:list")).containsPattern("(?m)^hyphen +mock +1\\.0\\.1 +UP ");

      KARAF.remove(BundleFile.MOCK);
      awaitState("hyphen", "UNSATISFIED");
      assertThat(KARAF.run("endpoint:list")).containsPattern("(?m)^hyphen +mock +- +UNSATISFIED ");

      KARAF.deploy(BundleFile.MOCK);
      awaitServed("hyphen", "1.0.0");
      awaitServed("tilde", "1.0.0");
      awaitServed("edited", "1.0.0");
      awaitMore(tail, 10);
    }
  }

  @Test
  public void tailEndsWithItsClient() throws Exception {
    try (Client tail = KARAF.client("endpoint:tail edited")) {
      awaitMore(tail, 10);
    }

    // Longer apart than JMX keeps a status
    AtomicReference<Object> last = new AtomicReference<>();
    await()
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              Object in = KARAF.endpoint("edited", "In");
              return in.equals(last.getAndSet(in));
            });
  }

  @Test
  public void tailOfAQuietEndpointEndsWithItsClient() throws Exception {
    KARAF.configure("io.sluice.endpoint.mock-quiet.cfg", "messageInterval = 3600000");
    awaitServed("quiet", "1.0.0");
    String command = "endpoint:tail quiet";
    try (Client tail = KARAF.client(command)) {
      await().until(() -> KARAF.runs(command));
    }

    await().until(() -> !KARAF.runs(command));
  }

  private static void awaitMore(Client tail, int messages) throws Exception {
    long before = tail.printed().lines().count();
    await()
        .untilAsserted(
            () -> assertThat(tail.printed().lines().count()).isGreaterThan(before + messages));
  }

  private static void awaitServed(String name, String version) {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(KARAF.endpoint(name, "Version")).as(name).isEqualTo(version));
    awaitState(name, "UP");
  }

  private static void awaitState(String name, String state) {
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(KARAF.endpoint(name, "State")).as(name).isEqualTo(state));
  }
}
