/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this JVM has used: time, processor time, and by thread processor time and allocated bytes.
 * Threads that have ended in between are missing from a difference.
 */
record Usage(long nanos, long cpuNanos, Map<Long, OfThread> threads) {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** What one thread, or several of the same purpose, have used. */
  record OfThread(String name, long cpuNanos, long allocatedBytes) {

    OfThread plus(OfThread other) {
      return new OfThread(name, cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
    }

    OfThread since(OfThread start) {
      return start == null
          ? this
          : new OfThread(name, cpuNanos - start.cpuNanos, allocatedBytes - start.allocatedBytes);
    }
  }

  static Usage now() {
    long[] ids = THREADS.getAllThreadIds();
    ThreadInfo[] infos = THREADS.getThreadInfo(ids);
    long[] cpu = THREADS.getThreadCpuTime(ids);
    long[] allocated = THREADS.getThreadAllocatedBytes(ids);
    Map<Long, OfThread> threads = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null && cpu[i] >= 0) {
        threads.put(ids[i], new OfThread(infos[i].getThreadName(), cpu[i], allocated[i]));
      }
    }
    return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), threads);
  }

  Usage since(Usage start) {
    Map<Long, OfThread> used = new HashMap<>();
    threads.forEach((id, thread) -> used.put(id, thread.since(start.threads.get(id))));
    return new Usage(nanos - start.nanos, cpuNanos - start.cpuNanos, used);
  }

  long allocatedBytes() {
    return threads.values().stream().mapToLong(OfThread::allocatedBytes).sum();
  }

  /** Threads by purpose: those of a name that differs in numbers alone are one. */
  Map<String, OfThread> byPurpose() {
    Map<String, OfThread> purposes = new TreeMap<>();
    threads.values().forEach(each -> purposes.merge(purpose(each.name()), each, OfThread::plus));
    return purposes;
  }

  static String purpose(String threadName) {
    return threadName.replaceAll("\\d+", "#");
  }
}
