/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakeConsumer;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generations replace one another while messages flow: nothing is lost, little repeated. */
@Timeout(120)
class SwapUnderLoadTest {

  private static final int SWAPS = 100;
  private static final RuntimeSettings SETTINGS =
      new RuntimeSettings(
          Duration.ofMillis(30), Duration.ZERO, 0, 256, 1 << 20, Duration.ofSeconds(10));

  private final Tape tape = new Tape();
  private final Hosting hosting = new Hosting().with(SETTINGS);
  private final ExecutorService hostThreads = Executors.newFixedThreadPool(2);
  private FakePlugin present;
  private int version;

  @AfterEach
  void stop() {
    hosting.close();
    hostThreads.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({"false, AT_LEAST_ONCE", "true, AT_LEAST_ONCE", "false, AUTO", "true, AUTO"})
  void everyMessageArrives(boolean durable, Qos qos) {
    Arrivals arrivals = new Arrivals(qos == Qos.AT_LEAST_ONCE);
    hosting.handle.consume(ConsumeRequest.of(qos)).subscribe(arrivals);
    for (int i = 0; i <= SWAPS; i++) {
      replace(durable, i % 2 == 0);
      long soFar = arrivals.count.get();
      await().pollInterval(Duration.ofMillis(1)).until(() -> arrivals.count.get() > soFar + 300);
    }
    arrivals.subscription.cancel();

    assertThat(arrivals.overlaps).as("signals at the same time").hasValue(0);
    assertThat(arrivals.gaps()).as("lost").isEmpty();
    assertThat(arrivals.mostRepeatedInARow())
        .as("repeats in a row")
        .isLessThanOrEqualTo(FakeConsumer.WINDOW);
    System.getLogger(getClass().getName())
        .log(
            System.Logger.Level.INFO,
            "{0} messages, {1} repeated, in {2} swaps",
            arrivals.count,
            arrivals.repeated(),
            SWAPS);
  }

  @Test
  void cancellingInTheMidstOfSwapsLeavesNoConsumerBehind() throws Exception {
    replace(false, false);
    Random random = new Random(7);
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger cancelled = new AtomicInteger();
    hostThreads.execute(
        () -> {
          while (done.getCount() > 0) {
            Arrivals arrivals = new Arrivals(true);
            hosting.handle.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(arrivals);
            long until = System.nanoTime() + random.nextInt(3_000_000);
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            arrivals.subscription.cancel();
            cancelled.incrementAndGet();
          }
        });
    for (int i = 0; i < 40; i++) {
      replace(false, false);
    }
    done.countDown();
    int last = cancelled.get();
    await().until(() -> present.last().consumers.stream().allMatch(FakeConsumer::isClosed));
    assertThat(last).isPositive();
  }

  @Test
  void nothingPublishedIsLostAndFirstSendsKeepTheirOrder() throws Exception {
    replace(false, false);
    AtomicInteger sent = new AtomicInteger();
    Queue<CompletionStage<Receipt>> receipts = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger open = new AtomicInteger();
    hostThreads.execute(
        () -> {
          while (done.getCount() > 0) {
            if (open.get() < 200) {
              open.incrementAndGet();
              CompletionStage<Receipt> receipt =
                  hosting.handle.publish(Message.of(Integer.toString(sent.getAndIncrement())));
              receipt.thenRun(open::decrementAndGet);
              receipts.add(receipt);
            }
          }
        });
    for (int i = 0; i < SWAPS; i++) {
      int soFar = sent.get();
      await().pollInterval(Duration.ofMillis(1)).until(() -> sent.get() > soFar + 100);
      replace(false, false);
    }
    done.countDown();
    await().until(() -> open.get() == 0);
    receipts.forEach(
        receipt -> assertThat(Hosting.await(receipt).error()).as("rejections").isEmpty());
    assertFirstSendsInOrder(sent.get());
  }

  @Test
  void aProcessorGoesOnOverSwapsWithReceiptsInOrder() throws Exception {
    replace(false, false);
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.builder().override("topics", "t").build());
    List<Receipt> receipts = java.util.Collections.synchronizedList(new ArrayList<>());
    CountDownLatch completed = new CountDownLatch(1);
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    try (SubmissionPublisher<Message> source = new SubmissionPublisher<>(hostThreads, 64)) {
      processor.subscribe(
          new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
              subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Receipt receipt) {
              receipts.add(receipt);
            }

            @Override
            public void onError(Throwable error) {
              completed.countDown();
            }

            @Override
            public void onComplete() {
              completed.countDown();
            }
          });
      source.subscribe(processor);
      Thread feeder =
          new Thread(
              () -> {
                while (done.getCount() > 0) {
                  source.submit(Message.of(Integer.toString(sent.getAndIncrement())));
                }
              });
      feeder.start();
      for (int i = 0; i < 50; i++) {
        int soFar = receipts.size();
        await().pollInterval(Duration.ofMillis(1)).until(() -> receipts.size() > soFar + 100);
        replace(false, false);
      }
      done.countDown();
      feeder.join();
    }
    assertThat(completed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(receipts).hasSize(sent.get()).allMatch(Receipt::isConfirmed);
    for (int i = 0; i < receipts.size(); i++) {
      assertThat(receipts.get(i).message().text()).isEqualTo(Integer.toString(i));
    }
    assertFirstSendsInOrder(sent.get());
    assertThat(present.last().processors)
        .extracting(PublishRequest::overrides)
        .containsExactly(java.util.Map.of("topics", "t"));
  }

  private void assertFirstSendsInOrder(int count) {
    List<String> first = new ArrayList<>(new LinkedHashSet<>(tape.published()));
    assertThat(first).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(first.get(i)).isEqualTo(Integer.toString(i));
    }
  }

  /** The next version takes over; the former leaves as in an update, or is just outrun. */
  private void replace(boolean durable, boolean leavesFirst) {
    FakePlugin next = new FakePlugin(tape, durable);
    next.confirmMillis = version % 3;
    FakePlugin former = present;
    if (former != null && leavesFirst) {
      hosting.leave(former);
    }
    String name = "1." + ++version + ".0";
    hosting.arrive(next, name);
    present = next;
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> hosting.hosted.version().filter(name::equals).isPresent());
    if (former != null && !leavesFirst) {
      hosting.leave(former);
    }
  }

  /** Counts what arrives; settles later, on another thread and out of order. */
  private final class Arrivals implements Flow.Subscriber<Delivery> {

    final AtomicLong count = new AtomicLong();
    final AtomicInteger overlaps = new AtomicInteger();
    volatile Flow.Subscription subscription;
    private final AtomicInteger inside = new AtomicInteger();
    private final boolean settles;
    private final List<Integer> order = new ArrayList<>();
    private final List<Delivery> held = new ArrayList<>();
    private final Random random = new Random(42);

    Arrivals(boolean settles) {
      this.settles = settles;
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      subscription = offered;
      offered.request(100);
    }

    @Override
    public void onNext(Delivery delivery) {
      if (inside.getAndIncrement() != 0) {
        overlaps.incrementAndGet();
      }
      order.add(Integer.valueOf(delivery.message().text()));
      if (settles) {
        held.add(delivery);
        if (held.size() > 20) {
          // any of them, but sometimes the oldest, so that none stays open for the whole window
          int which = order.size() % 7 == 0 ? 0 : random.nextInt(held.size());
          hostThreads.execute(held.remove(which)::ack);
        }
      }
      count.incrementAndGet();
      subscription.request(1);
      inside.decrementAndGet();
    }

    @Override
    public void onError(Throwable error) {
      throw new AssertionError(error);
    }

    @Override
    public void onComplete() {
      // the test ends it by cancelling
    }

    /** Positions below the highest that never came. */
    List<Integer> gaps() {
      BitSet seen = new BitSet();
      List.copyOf(order).forEach(seen::set);
      List<Integer> gaps = new ArrayList<>();
      for (int i = seen.nextClearBit(0); i < seen.length(); i = seen.nextClearBit(i + 1)) {
        gaps.add(i);
      }
      return gaps;
    }

    int repeated() {
      return order.size() - (int) order.stream().distinct().count();
    }

    int mostRepeatedInARow() {
      BitSet seen = new BitSet();
      int most = 0;
      int run = 0;
      for (int position : order) {
        run = seen.get(position) ? run + 1 : 0;
        most = Math.max(most, run);
        seen.set(position);
      }
      return most;
    }
  }
}
