/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.endpoint.support.settlement.AcknowledgementWindow;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Opening and settling one delivery in the acknowledgement window, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AcknowledgementWindowBenchmark {

  /** How many deliveries stay unsettled; their settlement comes in reverse order within a group. */
  @Param({"1", "64", "1000"})
  public int lag;

  private AcknowledgementWindow window;
  private long[] sequences;
  private int next;
  private long position;

  @Setup
  public void open() {
    window = new AcknowledgementWindow(1024, Long.MAX_VALUE, () -> {});
    sequences = new long[lag];
    for (int i = 0; i < lag; i++) {
      sequences[i] = window.open(position++, 1024);
    }
  }

  @Benchmark
  public long openAndSettle() {
    window.settle(sequences[next]);
    sequences[next] = window.open(position++, 1024);
    next = next + 1 == lag ? 0 : next + 1;
    return window.settledPosition();
  }
}
