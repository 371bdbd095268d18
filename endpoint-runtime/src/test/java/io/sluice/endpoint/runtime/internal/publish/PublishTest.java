/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.endpoint.Hosting;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakeException;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import io.sluice.endpoint.runtime.internal.stream.Collecting;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishTest {

  private final Tape tape = new Tape();
  private final FakePlugin one = new FakePlugin(tape, false);
  private final FakePlugin two = new FakePlugin(tape, false);
  private final Hosting hosting = new Hosting();

  @AfterEach
  void stop() {
    hosting.close();
  }

  @Test
  void aMessageWaitsForItsBundle() {
    CompletionStage<Receipt> receipt = hosting.apply().handle.publish(Message.of("a"));
    hosting.arrive(one, "1.0.0");
    assertThat(Hosting.await(receipt).isConfirmed()).isTrue();
    assertThat(Hosting.await(receipt).attributes().text("fake.by")).contains("orders");
    assertThat(tape.published()).containsExactly("a");
  }

  @Test
  void waitingIsBoundedInTime() {
    hosting.with(waiting(Duration.ofMillis(200), 64));
    long start = System.nanoTime();
    assertThat(code(hosting.handle.publish(Message.of("a")))).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(195), Duration.ofSeconds(3));
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    assertThat(tape.published()).isEmpty();
  }

  @Test
  void waitingIsBoundedInNumber() {
    hosting.with(waiting(Duration.ofSeconds(10), 2));
    CompletionStage<Receipt> first = hosting.handle.publish(Message.of("a"));
    CompletionStage<Receipt> second = hosting.handle.publish(Message.of("b"));
    assertThat(code(hosting.handle.publish(Message.of("c")))).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(hosting.status().counters().inFlight()).isEqualTo(2);
    hosting.arrive(one, "1.0.0");
    assertThat(Hosting.await(first).isConfirmed()).isTrue();
    assertThat(Hosting.await(second).isConfirmed()).isTrue();
    assertThat(Hosting.await(hosting.handle.publish(Message.of("d"))).isConfirmed()).isTrue();
    assertThat(tape.published()).containsExactly("a", "b", "d");
  }

  @Test
  void anEditKeepsCountOfWhatIsInFlight() {
    one.confirms = false;
    hosting.with(waiting(Duration.ofSeconds(10), 2)).arrive(one, "1.0.0");
    hosting.awaitState(EndpointState.UP);
    hosting.handle.publish(Message.of("a"));
    hosting.handle.publish(Message.of("b"));

    hosting.with(waiting(Duration.ofSeconds(9), 2));
    assertThat(code(hosting.handle.publish(Message.of("c")))).isEqualTo(ErrorCode.OVERLOADED);

    hosting.with(waiting(Duration.ofSeconds(9), 3));
    hosting.handle.publish(Message.of("d"));
    assertThat(code(hosting.handle.publish(Message.of("e")))).isEqualTo(ErrorCode.OVERLOADED);
  }

  @Test
  void aPluginThatHangsInConsumeHoldsUpNoMessage() {
    CountDownLatch never = new CountDownLatch(1);
    two.onConsume =
        () -> {
          never.await();
          return null;
        };
    hosting.with(waiting(Duration.ofSeconds(20), 64)).arrive(one, "1.0.0");
    hosting.handle.consume(ConsumeRequest.defaults()).subscribe(new Collecting(1, delivery -> {}));
    hosting.awaitState(EndpointState.UP);
    await().until(() -> !one.last().consumed.isEmpty());

    hosting.arrive(two, "1.1.0");
    await().until(() -> hosting.hosted.version().equals(java.util.Optional.of("1.1.0")));

    long start = System.nanoTime();
    assertThat(Hosting.await(hosting.handle.publish(Message.of("a"))).isConfirmed()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    never.countDown();
  }

  @Test
  void whatACancelledProcessorDidNotHandOverIsDropped() {
    hosting.with(waiting(Duration.ofSeconds(20), 64));
    for (int i = 0; i < 10; i++) {
      Receipts receipts = new Receipts();
      Flow.Processor<Message, Receipt> processor =
          hosting.handle.publisher(PublishRequest.defaults());
      processor.subscribe(receipts);
      Source source = new Source(processor, 100);
      await().until(() -> source.sent == 64);
      receipts.subscription.cancel();
    }

    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);

    assertThat(Hosting.await(hosting.handle.publish(Message.of("z"))).isConfirmed()).isTrue();
    assertThat(tape.published()).containsExactly("z");
  }

  @Test
  void aCancelledProcessorIsForgottenWithoutASwap() {
    one.confirmMillis = 100;
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    Receipts receipts = new Receipts();
    PublishRequest request = PublishRequest.builder().qos(Qos.AUTO).build();
    Flow.Processor<Message, Receipt> processor = hosting.handle.publisher(request);
    processor.subscribe(receipts);
    Source source = new Source(processor, 10);
    await().until(() -> source.sent == 10);
    WeakReference<PublishRequest> entry = new WeakReference<>(request);

    receipts.subscription.cancel();
    one.last().processors.clear();
    request = null;

    await()
        .until(
            () -> {
              System.gc();
              return entry.get() == null;
            });
  }

  @Test
  void whatAGenerationDidNotConfirmIsSentAgainBeforeTheRest() {
    one.confirms = false;
    hosting.with(draining(100)).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    List<CompletionStage<Receipt>> receipts = new ArrayList<>();
    for (String text : List.of("a", "b", "c")) {
      receipts.add(hosting.handle.publish(Message.of(text)));
    }
    hosting.arrive(two, "1.1.0").awaitState(EndpointState.DRAINING);
    receipts.add(hosting.handle.publish(Message.of("d")));
    receipts.forEach(receipt -> assertThat(Hosting.await(receipt).isConfirmed()).isTrue());
    assertThat(tape.published()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void whatIsConfirmedDuringTheDrainIsNotSentAgain() {
    one.confirmMillis = 150;
    hosting.with(draining(2000)).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletionStage<Receipt> receipt = hosting.handle.publish(Message.of("a"));
    hosting.arrive(two, "1.1.0");
    assertThat(Hosting.await(receipt).isConfirmed()).isTrue();
    await().until(() -> hosting.hosted.version().equals(java.util.Optional.of("1.1.0")));
    assertThat(tape.published()).containsExactly("a");
  }

  @Test
  void messagesThatWaitForADeletedEndpointAreRejected() {
    CompletionStage<Receipt> receipt = hosting.apply().handle.publish(Message.of("a"));
    hosting.delete();
    assertThat(code(receipt)).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertThat(code(hosting.handle.publish(Message.of("b")))).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void moreThanThePluginsWindowMayGather() {
    hosting.with(waiting(Duration.ofSeconds(10), 64));
    List<CompletionStage<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      receipts.add(hosting.handle.publish(Message.of(Integer.toString(i))));
    }
    one.window = 7;
    one.confirmMillis = 2;
    hosting.arrive(one, "1.0.0");
    receipts.forEach(receipt -> assertThat(Hosting.await(receipt).isConfirmed()).isTrue());
    assertThat(tape.published()).hasSize(60).startsWith("0", "1", "2", "3").endsWith("58", "59");
  }

  @Test
  void whatIsPutOffTogetherKeepsItsOrder() {
    hosting.with(waiting(Duration.ofSeconds(10), 64));
    List<CompletionStage<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      receipts.add(hosting.handle.publish(Message.of(Integer.toString(i))));
    }
    one.confirmMillis = 5;
    one.overloadedFirst = 20;
    hosting.arrive(one, "1.0.0");
    receipts.forEach(receipt -> assertThat(Hosting.await(receipt).isConfirmed()).isTrue());
    assertThat(tape.published()).isSortedAccordingTo(Comparator.comparing(Integer::valueOf));
  }

  @Test
  void aPluginThatIsFullSaysSo() {
    one.window = 1;
    one.confirms = false;
    hosting.with(draining(50)).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.handle.publish(Message.of("a"));
    assertThat(code(hosting.handle.publish(Message.of("b")))).isEqualTo(ErrorCode.OVERLOADED);
  }

  @Test
  void whatWaitsForRoomTooLongIsToldThatThePluginIsFull() {
    one.window = 1;
    one.confirms = false;
    hosting.with(waiting(Duration.ofSeconds(2), 64));
    hosting.handle.publish(Message.of("a"));
    CompletionStage<Receipt> second = hosting.handle.publish(Message.of("b"));
    hosting.arrive(one, "1.0.0");
    assertThat(code(second)).isEqualTo(ErrorCode.OVERLOADED);
  }

  @Test
  void aRejectionIsCopied() {
    one.rejection = new FakeException(ErrorCode.UNROUTABLE, "nowhere to go");
    hosting.arrive(one, "1.0.0");
    Receipt receipt = Hosting.await(hosting.handle.publish(Message.of("a")));
    EndpointException error = receipt.error().orElseThrow();
    assertThat(error).isNotInstanceOf(FakeException.class).hasMessage("nowhere to go");
    assertThat(receipt.attributes().text("fake.by")).contains("orders");
    assertThat(error.code()).isEqualTo(ErrorCode.UNROUTABLE);
  }

  @Test
  void receiptsComeUnderTheHostsClassLoader() throws Exception {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    one.confirmMillis = 20;
    try (URLClassLoader hosts = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
      ClassLoader own = Thread.currentThread().getContextClassLoader();
      CompletableFuture<ClassLoader> seen;
      Thread.currentThread().setContextClassLoader(hosts);
      try {
        seen =
            hosting
                .handle
                .publish(Message.of("a"))
                .thenApply(receipt -> Thread.currentThread().getContextClassLoader())
                .toCompletableFuture();
      } finally {
        Thread.currentThread().setContextClassLoader(own);
      }
      assertThat(Hosting.await(seen)).isSameAs(hosts);
    }
  }

  @Test
  void aProcessorWaitsForItsBundleHoweverLong() {
    hosting.with(waiting(Duration.ofMillis(50), 4));
    Receipts receipts = new Receipts();
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    Source source = new Source(processor, 10);
    await().until(() -> source.sent == 4);
    await().pollDelay(Duration.ofMillis(200)).until(() -> receipts.all.isEmpty());
    hosting.arrive(one, "1.0.0");
    await().until(() -> receipts.completed);
    assertThat(receipts.all).hasSize(10).allMatch(Receipt::isConfirmed);
    assertThat(one.last().processors).hasSize(1);
  }

  @Test
  void aProcessorThatThePluginRefusesRejectsEachMessage() {
    one.rejection = new FakeException(ErrorCode.REQUEST_INVALID, "no such override");
    one.refusesProcessors = true;
    hosting.arrive(one, "1.0.0");
    Receipts receipts = new Receipts();
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.builder().override("x", 1).build());
    processor.subscribe(receipts);
    new Source(processor, 3);
    await().until(() -> receipts.completed);
    assertThat(receipts.all)
        .hasSize(3)
        .allMatch(r -> r.error().orElseThrow().code().equals(ErrorCode.REQUEST_INVALID));
  }

  @Test
  void aProcessorOfADisabledModeRejectsEachMessage() {
    hosting.configure(Map.of("modes", List.of("CONSUME"))).arrive(one, "1.0.0");
    Receipts receipts = new Receipts();
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    new Source(processor, 2);
    await().until(() -> receipts.completed);
    assertThat(receipts.all)
        .hasSize(2)
        .allMatch(r -> r.error().orElseThrow().code().equals(ErrorCode.MODE_DISABLED));
  }

  @Test
  void processorsEndWhenTheEndpointStops() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    Receipts receipts = new Receipts();
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    Hosting.await(hosting.handle.stop(Duration.ZERO));
    await().until(() -> receipts.error != null);
    assertThat(((EndpointException) receipts.error).code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
  }

  private static ErrorCode code(CompletionStage<Receipt> receipt) {
    return Hosting.await(receipt).error().orElseThrow().code();
  }

  private static RuntimeSettings waiting(Duration patience, int window) {
    return new RuntimeSettings(Duration.ofMillis(100), Duration.ZERO, 0, window, 1 << 20, patience);
  }

  private static RuntimeSettings draining(int millis) {
    return new RuntimeSettings(
        Duration.ofMillis(millis), Duration.ZERO, 0, 64, 1 << 20, Duration.ofSeconds(3));
  }

  /** Sends numbered messages as they are requested, then completes. */
  private static final class Source implements Flow.Subscription {

    volatile int sent;
    private final Flow.Subscriber<? super Message> target;
    private final int count;
    private long demand;
    private boolean sending;

    Source(Flow.Subscriber<? super Message> target, int count) {
      this.target = target;
      this.count = count;
      target.onSubscribe(this);
    }

    @Override
    public synchronized void request(long n) {
      demand += n;
      if (sending) {
        return;
      }
      sending = true;
      while (demand > 0 && sent < count) {
        demand--;
        sent++;
        target.onNext(Message.of(Integer.toString(sent)));
      }
      sending = false;
      if (sent == count) {
        target.onComplete();
      }
    }

    @Override
    public void cancel() {
      // nothing to release
    }
  }

  private static final class Receipts implements Flow.Subscriber<Receipt> {

    final List<Receipt> all = new CopyOnWriteArrayList<>();
    volatile Flow.Subscription subscription;
    volatile boolean completed;
    volatile Throwable error;

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      subscription = offered;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Receipt receipt) {
      all.add(receipt);
    }

    @Override
    public void onError(Throwable thrown) {
      error = thrown;
    }

    @Override
    public void onComplete() {
      completed = true;
    }
  }
}
