/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private static final EndpointException STOPPED =
      new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped on purpose");

  private final SharedWorkers workers = SharedWorkers.of("outbox", OutboxTest.class);
  private final EndpointMeter meter = new EndpointMeter();
  private final Backend backend = new Backend();
  private Duration timeout = Duration.ofMinutes(1);
  private volatile EndpointException refusal;

  @AfterEach
  void shutDown() {
    workers.close();
  }

  @Test
  void keepsEverythingUntilItIsOpened() {
    Outbox<String> outbox = outbox();
    CompletableFuture<Receipt> receipt = send(outbox, "a");
    assertThat(outbox.isDrained()).isFalse();

    outbox.open();

    eventually().until(() -> backend.contents().equals(List.of("<a>")));
    backend.taken.get(0).confirm(Attributes.of("n", 1));
    assertThat(receipt.join().attributes().get("n")).isEqualTo(1);
    assertThat(outbox.isDrained()).isTrue();
    assertThat(meter.counters().out()).isEqualTo(1);
    assertThat(meter.counters().inFlight()).isZero();
  }

  @Test
  void whatCannotBeHandedOverKeepsItsOrder() {
    Outbox<String> outbox = outbox();
    outbox.open();
    backend.ready = false;
    send(outbox, "a");
    send(outbox, "b");
    eventually().until(() -> backend.refused > 0);

    backend.ready = true;
    outbox.signal();
    send(outbox, "c");

    eventually().until(() -> backend.contents().equals(List.of("<a>", "<b>", "<c>")));
  }

  @Test
  void anotherConnectionGetsWhatTheLastDidNotConfirm() {
    Outbox<String> outbox = outbox();
    outbox.open();
    send(outbox, "a");
    send(outbox, "b");
    send(outbox, "c");
    eventually().until(() -> backend.taken.size() == 3);
    backend.taken.get(1).confirm(Attributes.empty());

    backend.taken.clear();
    backend.reconnected = true;
    send(outbox, "d");

    eventually().until(() -> backend.contents().equals(List.of("<a>", "<c>", "<d>")));
  }

  @Test
  void rejectsWhatIsOverdueWhereverItWaits() {
    timeout = Duration.ofMillis(300);
    Outbox<String> outbox = outbox();
    outbox.open();
    CompletableFuture<Receipt> handedOver = send(outbox, "a");
    eventually().until(() -> backend.taken.size() == 1);
    backend.ready = false;
    CompletableFuture<Receipt> waiting = send(outbox, "b");

    assertThat(error(handedOver).code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(error(waiting).code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(meter.counters().failed()).isEqualTo(2);
  }

  @Test
  void refusesWhatTheWriterCannotExpress() {
    Outbox<String> outbox = outbox();
    MessageSender sender =
        outbox.sender(
            Qos.AUTO,
            message -> {
              throw new EndpointException(ErrorCode.MESSAGE_INVALID, "no");
            });

    Receipt receipt = sender.send(Message.of("a")).toCompletableFuture().join();

    assertThat(receipt.error().orElseThrow().code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
    assertThat(outbox.isDrained()).isTrue();
    assertThat(meter.counters().failed()).isEqualTo(1);
  }

  @Test
  void acceptsNothingWhileThereIsARefusal() {
    Outbox<String> outbox = outbox();
    refusal = STOPPED;

    assertThat(error(send(outbox, "a"))).isSameAs(STOPPED);
  }

  @Test
  void closingRejectsAllThatHasNoReceipt() {
    Outbox<String> outbox = outbox();
    outbox.open();
    CompletableFuture<Receipt> handedOver = send(outbox, "a");
    eventually().until(() -> backend.taken.size() == 1);
    backend.ready = false;
    CompletableFuture<Receipt> waiting = send(outbox, "b");

    outbox.close(STOPPED).toCompletableFuture().join();
    outbox.close(new EndpointException(ErrorCode.INTERNAL, "again")).toCompletableFuture().join();

    assertThat(handedOver).isDone();
    assertThat(waiting).isDone();
    assertThat(error(handedOver)).isSameAs(STOPPED);
    assertThat(error(waiting)).isSameAs(STOPPED);
    assertThat(error(send(outbox, "c"))).isSameAs(STOPPED);
    assertThat(outbox.isDrained()).isTrue();
  }

  @Test
  void closesAlsoIfItWasNeverOpened() {
    Outbox<String> outbox = outbox();
    CompletableFuture<Receipt> receipt = send(outbox, "a");

    outbox.close(STOPPED).toCompletableFuture().join();

    assertThat(error(receipt)).isSameAs(STOPPED);
  }

  @Test
  void rejectsEverythingWhenItsExecutorIsShutDown() {
    Outbox<String> outbox = outbox();
    outbox.open();
    workers.close();

    assertThat(error(send(outbox, "a")).code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    outbox.close(STOPPED).toCompletableFuture().join();
  }

  @Test
  void aClientThatBreaksConcernsWhatIsUnderWayOnly() {
    Outbox<String> outbox = outbox();
    outbox.open();
    backend.failure = new NoClassDefFoundError("gone");
    assertThat(error(send(outbox, "a")).code()).isEqualTo(ErrorCode.INTERNAL);

    backend.failure = null;
    send(outbox, "b");

    eventually().until(() -> backend.contents().equals(List.of("<b>")));
  }

  /** Many senders, a connection that comes and goes, confirmations in any order, then the end. */
  @Test
  void eachMessageHasOneReceiptThoughAllRace() throws Exception {
    SplittableRandom random = Seed.random(OutboxTest.class);
    for (int round = 0; round < 30; round++) {
      Outbox<String> outbox = outbox();
      backend.taken.clear();
      outbox.open();
      Queue<CompletableFuture<Receipt>> receipts = new ConcurrentLinkedQueue<>();
      List<Thread> senders = new ArrayList<>();
      for (int sender = 0; sender < 3; sender++) {
        int first = sender * 1_000;
        senders.add(
            new Thread(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    receipts.add(send(outbox, Integer.toString(first + i)));
                  }
                }));
      }
      senders.forEach(Thread::start);
      for (int i = 0; i < 50; i++) {
        backend.ready = random.nextInt(3) > 0;
        backend.reconnected = random.nextInt(4) == 0;
        outbox.signal();
        int confirmed = random.nextInt(1 + backend.taken.size());
        backend.taken.stream()
            .skip(confirmed)
            .limit(20)
            .forEach(p -> p.confirm(Attributes.empty()));
      }
      outbox.close(STOPPED).toCompletableFuture().join();
      for (Thread sender : senders) {
        sender.join();
      }

      CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
      assertThat(receipts).hasSize(900);
      assertThat(outbox.isDrained()).isTrue();
      assertThat(meter.counters().inFlight()).isZero();
    }
  }

  private Outbox<String> outbox() {
    Outbox<String> outbox =
        new Outbox<>("orders", workers, workers, timeout, meter, () -> refusal, backend);
    backend.outbox = outbox;
    return outbox;
  }

  private static CompletableFuture<Receipt> send(Outbox<String> outbox, String text) {
    return outbox
        .sender(Qos.AUTO, message -> "<" + text + ">")
        .send(Message.of(text))
        .toCompletableFuture();
  }

  private static EndpointException error(CompletableFuture<Receipt> receipt) {
    return receipt.join().error().orElseThrow();
  }

  private static final class Backend implements Outbox.Transport<String> {

    private final List<Publication<String>> taken = new CopyOnWriteArrayList<>();
    private volatile Outbox<String> outbox;
    private volatile boolean ready = true;
    private volatile boolean reconnected;
    private volatile Error failure;
    private volatile int refused;

    List<String> contents() {
      return taken.stream().map(Publication::content).toList();
    }

    @Override
    public void advance() {
      if (reconnected) {
        reconnected = false;
        outbox.replay();
      }
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // the outbox calls serially
    public boolean handOver(Publication<String> publication) {
      if (failure != null) {
        throw failure;
      }
      if (ready) {
        taken.add(publication);
      } else {
        refused++;
      }
      return ready;
    }

    @Override
    public EndpointException overdue(Publication<String> publication) {
      return EndpointException.retryable(ErrorCode.TIMEOUT, "overdue");
    }
  }
}
