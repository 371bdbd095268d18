/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonPrimitive;
import java.time.Duration;
import java.util.List;

/**
 * Twenty updates of a bundle under load, or as many as the property {@code sluice.updates} says.
 * The first half overwrites its jar, the second half drops a new jar and deletes the old one.
 */
final class Updates {

  /** How many, half of them by overwriting the jar, half by replacing it. */
  private static final int COUNT = Integer.getInteger("sluice.updates", 20);

  /** So many make a percentile worth the name. */
  private static final int SERIES = 100;

  private static final Duration GOAL = Duration.ofMillis(500);

  /** A few updates on a busy machine that builds: the one that is late is the percentile. */
  private static final Duration ALLOWANCE = Duration.ofSeconds(2);

  private final GatewayProcess gateway;
  private final Releases releases;
  private final List<String> endpoints;
  private final List<Disturbances> streams;

  /**
   * None yet.
   *
   * @param endpoints those that the bundle serves
   * @param streams those that must go on
   */
  Updates(
      GatewayProcess gateway,
      Releases releases,
      List<String> endpoints,
      List<Disturbances> streams) {
    this.gateway = gateway;
    this.releases = releases;
    this.endpoints = endpoints;
    this.streams = streams;
  }

  /** What the gaps of 99 in 100 updates must not exceed. */
  static Duration maxGap() {
    return COUNT >= SERIES ? GOAL : ALLOWANCE;
  }

  /**
   * Does them all, one when the streams have gone on after the other, and prints what the log tells
   * of them.
   */
  void run() throws Exception {
    for (int update = 1; update <= COUNT; update++) {
      String version = "1.0." + update;
      streams.forEach(Disturbances::begin);
      if (update <= COUNT / 2) {
        releases.overwrite(version);
      } else {
        releases.replace(version);
      }
      awaitVersion(version);
      for (Disturbances stream : streams) {
        stream.awaitProgress();
      }
      streams.forEach(stream -> stream.end("version " + version));
    }
    List<String> steps = SwapSteps.in(gateway.log).report();
    steps.forEach(System.out::println);
    assertThat(steps).as("what the log tells of swaps").isNotEmpty();
  }

  private void awaitVersion(String version) {
    await("version " + version)
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              for (String endpoint : endpoints) {
                assertThat(gateway.endpoint(endpoint).orElseThrow().get("version"))
                    .isEqualTo(new JsonPrimitive(version));
              }
            });
  }
}
