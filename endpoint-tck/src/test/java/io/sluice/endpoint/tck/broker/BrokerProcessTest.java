/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is a shell with a child, as many are: signals reach both. */
@Timeout(60)
class BrokerProcessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private BrokerProcess broker;
  private ProcessHandle shell;
  private ProcessHandle child;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(ProcessGroup.areReal(), "there is no setsid or no kill command on the path");
    broker = shell("sleep 300 & echo $$ $! ; echo ready ; wait");
    List<String> ids = List.of(Files.readAllLines(output()).get(0).split(" "));
    shell = process(ids.get(0));
    child = process(ids.get(1));
  }

  @AfterEach
  void end() {
    if (broker != null) {
      broker.kill();
    }
  }

  @Test
  void leadsItsOwnGroup() {
    assertThat(Processes.ps("pgid", shell)).isEqualTo(Long.toString(shell.pid()));
    assertThat(Processes.ps("pgid", child)).isEqualTo(Long.toString(shell.pid()));
  }

  @Test
  void freezesAndThawsThemAll() {
    broker.freeze();
    await().atMost(PATIENCE).until(() -> Processes.isFrozen(shell) && Processes.isFrozen(child));
    assertThat(broker.isAlive()).isTrue();

    broker.thaw();
    await().atMost(PATIENCE).until(() -> !Processes.isFrozen(shell) && !Processes.isFrozen(child));
  }

  @Test
  void killsThemAllEvenFrozen() {
    broker.freeze();

    broker.kill();

    assertThat(broker.isAlive()).isFalse();
    Processes.awaitEnd(child);
  }

  @Test
  void terminatesThemAll() {
    broker.terminate(PATIENCE);

    assertThat(broker.isAlive()).isFalse();
    Processes.awaitEnd(child);
  }

  @Test
  void noneOutlivesTheFirst() {
    shell.destroyForcibly();

    Processes.awaitEnd(child);
    broker.terminate(PATIENCE);
    assertThatThrownBy(broker::freeze).isInstanceOf(IllegalStateException.class);
  }

  private BrokerProcess shell(String script) {
    BrokerProcess process = BrokerProcess.start(List.of("sh", "-c", script), Map.of(), output());
    process.awaitReady("ready"::equals, PATIENCE);
    return process;
  }

  private Path output() {
    return folder.resolve("output");
  }

  private static ProcessHandle process(String id) {
    return ProcessHandle.of(Long.parseLong(id)).orElseThrow();
  }
}
