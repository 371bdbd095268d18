/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints comparisons and profiles as tables. */
public final class Report {

  private static final int TOP = 18;
  private static final double LEAST_SHARE = 0.01;

  private final PrintStream out;

  public Report(PrintStream out) {
    this.out = out;
  }

  /** Medians of the rounds, and the ratios to the baselines. */
  public void print(Comparison comparison) {
    print("%n%s (load of the machine %.1f)%n", comparison.title(), comparison.load());
    print("  %-30s %12s %25s %10s %9s", "", "messages/s", "min .. max", "CPU us/msg", "bytes/msg");
    for (Contestant baseline : comparison.baselines()) {
      print("   %-" + ratiosWidth(comparison) + "s", "to " + baseline.name());
    }
    print("%n");
    comparison.contestants().forEach(each -> printRow(comparison, each));
    out.flush();
  }

  private void printRow(Comparison comparison, Contestant contestant) {
    List<Measurement> rounds = comparison.measurements(contestant);
    Statistics speed = Statistics.of(rounds, Measurement::messagesPerSecond);
    print(
        "  %-30s %,12.0f %,12.0f ..%,11.0f %10.2f %,9.0f",
        contestant.name(),
        speed.median(),
        speed.min(),
        speed.max(),
        Statistics.of(rounds, Measurement::cpuMicrosPerMessage).median(),
        Statistics.of(rounds, Measurement::bytesPerMessage).median());
    for (Contestant baseline : comparison.baselines()) {
      print("   %s", ratios(comparison.ratios(contestant, baseline)));
    }
    print("%n");
  }

  /** The median and, in brackets, each round. */
  private static String ratios(double[] ratios) {
    return Arrays.stream(ratios)
        .mapToObj(Report::ratio)
        .collect(Collectors.joining(" ", ratio(Statistics.of(ratios).median()) + " (", ")"));
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static int ratiosWidth(Comparison comparison) {
    Contestant any = comparison.baselines().get(0);
    return ratios(comparison.ratios(any, any)).length();
  }

  /** Which threads use the processor and allocate, over all rounds. */
  public void printThreads(Comparison comparison) {
    for (Contestant each : comparison.contestants()) {
      print("%n  %s%n  %10s %9s%n", each.name(), "CPU us/msg", "bytes/msg");
      printThreads(comparison.measurements(each));
    }
    out.flush();
  }

  private void printThreads(List<Measurement> rounds) {
    double messages = rounds.stream().mapToLong(Measurement::messages).sum();
    double total = rounds.stream().mapToLong(round -> round.usage().cpuNanos()).sum();
    Map<String, Usage.OfThread> threads = new TreeMap<>();
    rounds.forEach(
        round ->
            round
                .usage()
                .byPurpose()
                .forEach((name, used) -> threads.merge(name, used, Usage.OfThread::plus)));
    double rest = total;
    for (Usage.OfThread each : threads.values()) {
      rest -= each.cpuNanos();
    }
    threads.forEach(
        (name, used) -> {
          if (used.cpuNanos() >= total * LEAST_SHARE) {
            printThread(name, used.cpuNanos() / messages, used.allocatedBytes() / messages);
          }
        });
    printThread("(JVM: collector, compiler)", rest / messages, 0);
  }

  private void printThread(String name, double cpuNanos, double bytes) {
    print("  %10.2f %,9.0f  %s%n", cpuNanos / 1e3, bytes, name);
  }

  /** Where time and memory went in one turn. */
  public void print(String title, Profile profile) {
    print("%n%s%n", title);
    printTop("  samples of running threads", profile.samplesByMethod());
    printTop("  allocated", profile.bytesByMethod());
    out.flush();
  }

  private void printTop(String what, Map<String, Long> counts) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    print("%s%n", what);
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(TOP)
        .filter(each -> each.getValue() >= total * LEAST_SHARE)
        .forEach(each -> print("  %9.1f%%  %s%n", 100.0 * each.getValue() / total, each.getKey()));
  }

  private void print(String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
  }
}
