/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SettlementLedgerTest {

  private final ControlThread control = new ControlThread();
  private final ExecutorService threads = Executors.newFixedThreadPool(3);
  private final LongAdder ignored = new LongAdder();
  private final ContiguousPosition position = new ContiguousPosition();
  private final SettlementLedger ledger = ledger(Duration.ZERO);

  @AfterEach
  void stop() {
    threads.shutdownNow();
    control.close();
  }

  @Test
  void theFirstSettlementCountsAndNoOther() {
    PluginDelivery plugin = new PluginDelivery(0);
    Delivery delivery = ledger.open(plugin, plugin.message());
    delivery.ack();
    delivery.ack();
    delivery.nack(Nack.DISCARD);
    assertThat(plugin.settlements).containsExactly("ack");
    assertThat(ignored.sum()).isZero();
  }

  @Test
  void settlementsPassInAnyOrder() {
    List<PluginDelivery> plugins = new ArrayList<>();
    List<Delivery> deliveries = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      PluginDelivery plugin = new PluginDelivery(i);
      plugins.add(plugin);
      deliveries.add(ledger.open(plugin, plugin.message()));
    }
    for (int i = 199; i >= 0; i--) {
      deliveries.get(i).ack();
    }
    assertThat(plugins).allMatch(plugin -> plugin.settlements.equals(List.of("ack")));
    assertThat(position.last().id()).contains("199");
  }

  @Test
  void whatAPluginThrowsDoesNotReachTheHost() {
    Delivery delivery =
        ledger.open(
            new PluginDelivery(0) {
              @Override
              public void ack() {
                throw new LinkageError("half gone");
              }
            },
            Tape.message(0));
    delivery.ack();
    assertThat(position.last()).isNotNull();
  }

  @Test
  void afterTheCutSettlementsAreCountedOnceAndIgnored() {
    PluginDelivery plugin = new PluginDelivery(0);
    Delivery delivery = ledger.open(plugin, plugin.message());
    ledger.detach();
    delivery.ack();
    delivery.nack(Nack.REQUEUE);
    assertThat(plugin.settlements).isEmpty();
    assertThat(ignored.sum()).isEqualTo(1);
    assertThat(position.last()).isNull();
  }

  @Test
  void afterTheCutNothingLeadsToThePlugin() {
    List<Delivery> held = new ArrayList<>();
    List<WeakReference<Delivery>> plugins = new ArrayList<>();
    SettlementLedger holding = ledger(Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      PluginDelivery plugin = new PluginDelivery(i);
      plugins.add(new WeakReference<>(plugin));
      held.add(holding.open(plugin, plugin.message()));
    }
    held.get(3).nack(Nack.REQUEUE);
    holding.detach();
    await()
        .until(
            () -> {
              System.gc();
              return plugins.stream().allMatch(plugin -> plugin.get() == null);
            });
    assertThat(held).hasSize(100);
  }

  @Test
  void afterTheCutNoTimerKeepsTheLedger() {
    WeakReference<SettlementLedger> cut = new WeakReference<>(cutWhileItHoldsARequeue());
    await()
        .until(
            () -> {
              System.gc();
              return cut.get() == null;
            });
  }

  private SettlementLedger cutWhileItHoldsARequeue() {
    SettlementLedger holding = ledger(Duration.ofDays(1));
    PluginDelivery plugin = new PluginDelivery(0);
    holding.open(plugin, plugin.message()).nack(Nack.REQUEUE);
    holding.detach();
    return holding;
  }

  @Test
  void aRequeueThatIsHeldBackIsReleasedOnce() {
    SettlementLedger holding = ledger(Duration.ofMillis(50));
    PluginDelivery plugin = new PluginDelivery(0);
    Delivery delivery = holding.open(plugin, plugin.message());
    delivery.nack(Nack.REQUEUE);
    delivery.ack();
    holding.flush();
    holding.flush();
    assertThat(plugin.settlements).containsExactly("REQUEUE");
    await().pollDelay(Duration.ofMillis(120)).until(() -> plugin.settlements.size() == 1);
  }

  @Test
  void whatIsNotSettledIsGivenBack() {
    PluginDelivery settled = new PluginDelivery(0);
    PluginDelivery open = new PluginDelivery(1);
    ledger.open(settled, settled.message()).ack();
    Delivery late = ledger.open(open, open.message());
    ledger.giveBack();
    late.ack();
    assertThat(settled.settlements).containsExactly("ack");
    assertThat(open.settlements).containsExactly("REQUEUE");
  }

  @Test
  void ofSettlementsThatRaceOneWinsAndTheCutLosesNone() throws Exception {
    int rounds = 2000;
    AtomicInteger told = new AtomicInteger();
    for (int round = 0; round < rounds; round++) {
      SettlementLedger raced = ledger(Duration.ZERO);
      PluginDelivery plugin =
          new PluginDelivery(round) {
            @Override
            public void ack() {
              told.incrementAndGet();
            }
          };
      Delivery delivery = raced.open(plugin, plugin.message());
      CyclicBarrier start = new CyclicBarrier(3);
      CountDownLatch done = new CountDownLatch(3);
      for (Runnable action : List.<Runnable>of(delivery::ack, delivery::ack, raced::detach)) {
        threads.execute(
            () -> {
              try {
                start.await();
                action.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              } finally {
                done.countDown();
              }
            });
      }
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      delivery.ack();
    }
    assertThat(told.get() + ignored.sum()).isEqualTo(rounds);
  }

  private SettlementLedger ledger(Duration redeliveryDelay) {
    RuntimeSettings settings =
        new RuntimeSettings(
            Duration.ofSeconds(1), redeliveryDelay, 0, 16, 1 << 20, Duration.ofSeconds(1));
    FakePlugin plugin = new FakePlugin(new Tape(), false);
    Generation generation =
        new Generation(
            plugin.create(
                io.sluice.endpoint.EndpointConfiguration.of("orders", java.util.Map.of())),
            "orders",
            null,
            Set.of(),
            plugin.type(),
            () -> settings);
    return new SettlementLedger(generation, control, threads, ignored, position);
  }

  private static class PluginDelivery implements Delivery {

    final List<String> settlements = new ArrayList<>();
    private final long position;

    PluginDelivery(long position) {
      this.position = position;
    }

    @Override
    public Message message() {
      return Tape.message(position);
    }

    @Override
    public void ack() {
      settlements.add("ack");
    }

    @Override
    public void nack(Nack how) {
      settlements.add(how.name());
    }
  }
}
