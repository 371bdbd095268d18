/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ListenerQueueTest {

  private static final int BOUND = 64;

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> heard = new ArrayList<>();

  @Test
  void aStuckListenerMissesTheOldestAndIsWarnedOfOnce() {
    PrintStream errors = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      ListenerQueue queue =
          new ListenerQueue("orders", status -> heard.add(status.reason()), tasks::add);
      for (int i = 0; i < 3 * BOUND; i++) {
        queue.tell(status("r" + i));
      }
    } finally {
      System.setErr(errors);
    }
    runTasks();

    assertThat(heard).hasSize(BOUND).startsWith("r" + 2 * BOUND).endsWith("r" + (3 * BOUND - 1));
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("'orders'"))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("does not return; it misses changes"));
  }

  @Test
  void tellsInOrderAndNothingAfterItWasClosed() {
    ListenerQueue queue =
        new ListenerQueue("orders", status -> heard.add(status.reason()), tasks::add);
    queue.tell(status("a"));
    queue.tell(status("b"));
    runTasks();
    queue.tell(status("c"));
    queue.close();
    runTasks();

    assertThat(heard).containsExactly("a", "b");
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static EndpointStatus status(String reason) {
    return EndpointStatus.builder(EndpointState.UP, Instant.EPOCH).reason(reason).build();
  }
}
