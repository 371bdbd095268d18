/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Contestants and what each of their rounds took. In each round all have their turn, every other
 * time in the opposite order; the first of them are what the others are compared with.
 */
public final class Comparison {

  private final String title;
  private final long messages;
  private final List<Contestant> baselines;
  private final List<Contestant> contestants;
  private final Map<Contestant, List<Measurement>> measurements = new LinkedHashMap<>();
  private double load;

  /**
   * A comparison without rounds.
   *
   * @param messages of one turn
   * @param baselines what all are compared with, at least one
   * @param others who take part, too
   */
  public Comparison(String title, long messages, List<Contestant> baselines, Contestant... others) {
    this.title = title;
    this.messages = messages;
    this.baselines = List.copyOf(baselines);
    this.contestants = Stream.concat(baselines.stream(), Stream.of(others)).toList();
    this.contestants.forEach(each -> measurements.put(each, new ArrayList<>()));
  }

  /** Runs rounds, of which the first ones do not count. */
  public void run(int warmUps, int rounds) throws Exception {
    for (int i = -warmUps; i < rounds; i++) {
      List<Contestant> order = new ArrayList<>(contestants);
      if (i % 2 != 0) {
        Collections.reverse(order);
      }
      for (Contestant each : order) {
        Measurement measurement = turn(each);
        load = Math.max(load, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        if (i >= 0) {
          measurements.get(each).add(measurement);
        }
      }
    }
  }

  /** Has each contestant take one more turn, which does not count, under a profiler. */
  public Map<String, Profile> profile() throws Exception {
    Map<String, Profile> profiles = new LinkedHashMap<>();
    for (Contestant each : contestants) {
      profiles.put(each.name(), Profile.of(() -> turn(each)));
    }
    return profiles;
  }

  String title() {
    return title;
  }

  /** The highest load average of the machine meanwhile: above 3 or so others had work too. */
  double load() {
    return load;
  }

  List<Contestant> baselines() {
    return baselines;
  }

  List<Contestant> contestants() {
    return contestants;
  }

  List<Measurement> measurements(Contestant contestant) {
    return measurements.get(contestant);
  }

  /** Of each round, how fast a contestant was in comparison with a baseline. */
  double[] ratios(Contestant contestant, Contestant baseline) {
    List<Measurement> own = measurements.get(contestant);
    List<Measurement> base = measurements.get(baseline);
    double[] ratios = new double[own.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = own.get(i).messagesPerSecond() / base.get(i).messagesPerSecond();
    }
    return ratios;
  }

  private Measurement turn(Contestant contestant) throws Exception {
    System.gc(); // what the turn before has left is not this one's
    Clock clock = new Clock(messages);
    contestant.run(messages, clock);
    return clock.measurement();
  }
}
