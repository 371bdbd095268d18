/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.endpoint.Hosting;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakeConsumer;
import io.sluice.endpoint.runtime.internal.plugin.FakeException;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StreamTest {

  /** Calls into plugins at a time, and callbacks. */
  private static final int MAX_THREADS = 32 + 32;

  private final Tape tape = new Tape();
  private final FakePlugin one = new FakePlugin(tape, false);
  private final FakePlugin two = new FakePlugin(tape, false);
  private final Hosting hosting = new Hosting();

  @AfterEach
  void stop() {
    hosting.close();
  }

  @Test
  void aStreamWaitsForItsBundle() {
    Collecting host = consume(Qos.AUTO, 3);
    hosting.arrive(one, "1.0.0");
    await().until(() -> host.deliveries.size() == 3);
    assertThat(host.positions()).containsExactly(0L, 1L, 2L);
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void aStreamGoesOnWhereTheFormerGenerationEnded(Qos qos) {
    hosting.arrive(one, "1.0.0");
    Collecting host = consume(qos, 5);
    await().until(() -> host.deliveries.size() == 5);
    swap();
    host.subscription.request(5);
    await().until(() -> host.deliveries.size() == 10);
    assertThat(host.positions()).isEqualTo(range(0, 10));
    assertThat(host.violations).hasValue(0);
  }

  /** A durable backend keeps no position of what is never settled. */
  @Test
  void aStreamWithoutSettlementsGoesOnWithADurableBackendToo() {
    FakePlugin durable = new FakePlugin(tape, true);
    hosting.arrive(durable, "1.0.0");
    Collecting host = consume(Qos.NONE, 5);
    await().until(() -> host.deliveries.size() == 5);

    hosting.arrive(new FakePlugin(tape, true), "1.1.0");
    await().until(() -> hosting.hosted.version().equals(Optional.of("1.1.0")));
    hosting.leave(durable);
    hosting.arrive(durable, "1.2.0");

    await().until(() -> durable.made.size() == 2 && !durable.last().consumed.isEmpty());
    assertThat(durable.last().consumed.get(0).resumeAfter()).contains("4");
  }

  @Test
  void demandNotServedIsAskedOfTheNextGeneration() {
    tape.length = 4;
    hosting.arrive(one, "1.0.0");
    Collecting host = consume(Qos.AUTO, 10);
    await().until(() -> host.deliveries.size() == 4);
    tape.length = 100;
    swap();
    await().until(() -> host.deliveries.size() == 10);
    host.subscription.request(1);
    await().until(() -> host.deliveries.size() == 11);
    assertThat(host.positions()).isEqualTo(range(0, 11));
  }

  @Test
  void whatIsSettledOutOfOrderIsNotRepeated() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 6, delivery -> {});
    await().until(() -> host.deliveries.size() == 6);
    List.of(0, 1, 3, 4).forEach(i -> host.deliveries.get(i).ack());
    swap();
    host.subscription.request(10);
    await().until(() -> host.deliveries.size() == 16);
    assertThat(host.positions().subList(6, 16))
        .containsExactly(2L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L);
  }

  @Test
  void competingStreamsGetWhatWasUnsettledOnceMoreAndNothingElse() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting holding = subscribe(Qos.AT_LEAST_ONCE, 1, delivery -> {});
    await().until(() -> holding.deliveries.size() == 1);
    Collecting working = subscribe(Qos.AT_LEAST_ONCE, 100, Delivery::ack);
    await().until(() -> working.deliveries.size() == 100);
    swap();
    working.subscription.request(100);
    await().until(() -> working.deliveries.size() == 200);

    List<Long> expected = new ArrayList<>(range(1, 101));
    expected.add(0L);
    expected.addAll(range(101, 200));
    assertThat(working.positions()).isEqualTo(expected);
    assertThat(holding.positions()).containsExactly(0L);
  }

  @Test
  void competingStreamsShareTheirMessages() {
    hosting.arrive(one, "1.0.0");
    Collecting first = consume(Qos.AT_LEAST_ONCE, 50);
    Collecting second = consume(Qos.AT_LEAST_ONCE, 50);
    Collecting other =
        subscribe(
            ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).clientId("other").build(),
            100,
            Delivery::ack);

    await().until(() -> first.deliveries.size() + second.deliveries.size() == 100);
    await().until(() -> other.deliveries.size() == 100);

    List<Long> both = new ArrayList<>(first.positions());
    both.addAll(second.positions());
    assertThat(both).containsExactlyInAnyOrderElementsOf(range(0, 100));
    assertThat(other.positions()).isEqualTo(range(0, 100));
    assertThat(one.last().consumers).hasSize(2);
  }

  @Test
  void whatACancelledStreamWouldHaveGotGoesToAnother() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting leaving = subscribe(Qos.AT_LEAST_ONCE, Long.MAX_VALUE, delivery -> {});
    await().until(() -> leaving.deliveries.size() >= 200);
    Collecting staying = consume(Qos.AT_LEAST_ONCE, 0);
    await().until(() -> staying.subscription != null);

    leaving.subscription.cancel();
    staying.subscription.request(1_000);

    await().until(() -> staying.deliveries.size() == 1_000);
    assertThat(staying.positions()).doesNotHaveDuplicates();
    assertThat(staying.positions()).containsAll(range(0, 900));
  }

  @Test
  void whatNoStreamWantsAnyMoreHoldsUpNoSwap() {
    hosting.with(draining(60_000)).arrive(one, "1.0.0");
    Collecting leaving = subscribe(Qos.AT_LEAST_ONCE, Long.MAX_VALUE, Delivery::ack);
    await().until(() -> leaving.deliveries.size() >= 200);
    Collecting staying = consume(Qos.AT_LEAST_ONCE, 0);
    await().until(() -> staying.subscription != null);
    leaving.subscription.cancel();

    swap(); // waits for less than the drain time
    staying.subscription.request(100);

    await().until(() -> staying.deliveries.size() == 100);
    int left = leaving.deliveries.size(); // some came while it cancelled
    assertThat(staying.positions()).isEqualTo(range(left, left + 100));
  }

  @Test
  void aSwapUnderTwoThousandStreamsTakesFewThreads() {
    hosting.arrive(one, "1.0.0");
    List<Collecting> hosts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      ConsumeRequest request =
          ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).clientId("client-" + i).build();
      hosts.add(subscribe(request, 1, Delivery::ack));
    }
    await().until(() -> hosts.stream().allMatch(host -> host.deliveries.size() == 1));
    hosting.threadsMade.set(0);

    swap();
    hosts.forEach(host -> host.subscription.request(1));

    await().until(() -> hosts.stream().allMatch(host -> host.deliveries.size() == 2));
    assertThat(hosting.threadsMade.get()).isLessThanOrEqualTo(MAX_THREADS);
    assertThat(hosts).allMatch(host -> host.positions().equals(List.of(0L, 1L)));
  }

  @Test
  void aSubscriberThatThrowsHoldsUpNoOtherOfItsClientId() {
    hosting.arrive(one, "1.0.0");
    Collecting staying = consume(Qos.AT_LEAST_ONCE, 0);
    await().until(() -> staying.subscription != null);
    Collecting throwing =
        subscribe(
            Qos.AT_LEAST_ONCE,
            1,
            delivery -> {
              throw new IllegalStateException("a host's fault");
            });
    await().until(() -> throwing.deliveries.size() == 1);

    staying.subscription.request(10);

    await().until(() -> staying.deliveries.size() == 10);
    Collecting later = consume(Qos.AT_LEAST_ONCE, 5);
    await().until(() -> later.deliveries.size() == 5);
  }

  @Test
  void aPluginWhoseDeliveriesHaveNoMessageFailsItsStreams() {
    one.onMessage =
        () -> {
          throw new FakeException(ErrorCode.INTERNAL, "no message");
        };
    hosting.arrive(one, "1.0.0");

    Collecting host = consume(Qos.AT_LEAST_ONCE, 1);

    await().until(() -> host.error != null);
    assertThat(host.error).hasMessage("no message");
  }

  @Test
  void aStreamThatComesBackGoesOnFromItsOwnPosition() {
    hosting.with(draining(500)).arrive(one, "1.0.0");
    ConsumeRequest afterNine =
        ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).resumeAfter("9").build();
    Collecting former = subscribe(afterNine, 1, delivery -> {});
    await().until(() -> former.deliveries.size() == 1);
    former.subscription.cancel();
    await().until(() -> one.last().consumers.get(0).isClosed());
    Collecting holding = subscribe(afterNine, 1, delivery -> {});
    await().until(() -> holding.deliveries.size() == 1);
    Collecting working = subscribe(afterNine, 1, Delivery::ack);
    await().until(() -> working.deliveries.size() == 1);

    swap();

    assertThat(two.last().consumed.get(0).resumeAfter()).contains("9");
    working.subscription.request(2);
    await().until(() -> working.deliveries.size() == 3);
    assertThat(working.positions()).containsExactly(11L, 10L, 12L);
  }

  @Test
  void whatIsLeftUnsettledGoesBackBeforeTheNextStreamComes() {
    hosting.with(draining(60_000)).arrive(one, "1.0.0");
    Collecting former = subscribe(Qos.AT_LEAST_ONCE, 3, delivery -> {});
    await().until(() -> former.deliveries.size() == 3);
    former.subscription.cancel();
    FakeConsumer left = awaitConsumer(one);
    await().until(left::isClosed);

    Collecting next = consume(Qos.AT_LEAST_ONCE, 1);

    await().until(() -> next.deliveries.size() == 1);
    assertThat(left.settled).containsExactly("REQUEUE 0", "REQUEUE 1", "REQUEUE 2");
  }

  @Test
  void aStreamThatCannotBeSubscribedHearsOfIt() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting first = consume(Qos.AT_LEAST_ONCE, 1);
    await().until(() -> first.deliveries.size() == 1);
    hosting.threadsThatFail.set(1);

    Collecting second = consume(Qos.AT_LEAST_ONCE, 1);

    await().until(() -> second.error != null || second.deliveries.size() == 1);
    first.subscription.request(1);
    await().until(() -> first.deliveries.size() == 2);
  }

  @Test
  void theSubscriptionOfThePluginEndsWithTheLastStream() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting first = consume(Qos.AT_LEAST_ONCE, 1);
    Collecting second = consume(Qos.AT_LEAST_ONCE, 1);
    await().until(() -> first.deliveries.size() + second.deliveries.size() == 2);

    first.subscription.cancel();
    second.subscription.cancel();

    await().until(() -> one.last().consumers.get(0).isClosed());
    Collecting next = consume(Qos.AT_LEAST_ONCE, 3);
    await().until(() -> next.deliveries.size() == 3);
    assertThat(one.last().consumers).hasSize(2);
  }

  @Test
  void aSubscriptionThatThePluginRefusesFailsAllStreamsThatCompete() {
    one.onConsume =
        () -> {
          throw new FakeException(ErrorCode.REJECTED, "not now");
        };
    hosting.arrive(one, "1.0.0");

    Collecting first = consume(Qos.AT_LEAST_ONCE, 1);
    Collecting second = consume(Qos.AT_LEAST_ONCE, 1);

    await().until(() -> first.error != null && second.error != null);
    assertThat(first.error).hasMessage("not now");
  }

  @Test
  void streamsThatCompeteAndSwapsRace() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    List<Collecting> hosts = new ArrayList<>();
    List<Collecting> all = new ArrayList<>();
    tape.length = 0;
    for (int i = 0; i < 4; i++) {
      hosts.add(consume(Qos.AT_LEAST_ONCE, Long.MAX_VALUE));
    }
    for (int swaps = 1; swaps <= 20; swaps++) {
      tape.length = 2_000 * swaps;
      swapTo(new FakePlugin(tape, false), "1." + swaps + ".0");
      Collecting former = hosts.get(swaps % 4);
      hosts.set(swaps % 4, consume(Qos.AT_LEAST_ONCE, Long.MAX_VALUE));
      former.subscription.cancel();
      all.add(former);
    }
    all.addAll(hosts);
    List<Long> expected = range(0, tape.length);
    await().until(() -> all.stream().mapToInt(h -> h.deliveries.size()).sum() >= expected.size());

    List<Long> got = all.stream().flatMap(host -> host.positions().stream()).toList();
    assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(all).allMatch(host -> host.violations.get() == 0);
  }

  @Test
  void nothingSettledMeansFromTheBeginning() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting host =
        subscribe(
            ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).resumeAfter("9").build(), 2, d -> {});
    await().until(() -> host.deliveries.size() == 2);
    swap();
    host.subscription.request(2);
    await().until(() -> host.deliveries.size() == 4);
    assertThat(host.positions()).containsExactly(10L, 11L, 10L, 11L);
  }

  @Test
  void aRequeuedMessageIsNotLostInASwap() {
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 5, delivery -> {});
    await().until(() -> host.deliveries.size() == 5);
    host.deliveries.get(2).nack(Nack.REQUEUE);
    List.of(0, 1, 3, 4).forEach(i -> host.deliveries.get(i).ack());
    swap();
    host.subscription.request(2);
    await().until(() -> host.deliveries.size() == 7);
    assertThat(host.positions().subList(5, 7)).containsExactly(2L, 5L);
  }

  @Test
  void aRedeliveryThatIsSettledClosesTheGap() {
    hosting.arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 4, delivery -> {});
    await().until(() -> host.deliveries.size() == 4);
    host.deliveries.get(1).nack(Nack.REQUEUE);
    List.of(0, 2, 3).forEach(i -> host.deliveries.get(i).ack());
    host.subscription.request(1);
    await().until(() -> host.deliveries.size() == 5);
    Delivery again = host.deliveries.get(4);
    assertThat(again.message().text()).isEqualTo("1");
    assertThat(again.message().attributes().get(Delivery.COUNT_ATTRIBUTE)).isEqualTo(2);
    again.ack();
    swap();
    host.subscription.request(1);
    await().until(() -> host.deliveries.size() == 6);
    assertThat(host.positions().get(5)).isEqualTo(4);
  }

  @Test
  void aRequeueIsHeldBackForTheRedeliveryDelay() {
    hosting.with(redelivering(Duration.ofMillis(300), 0)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 2, delivery -> {});
    await().until(() -> host.deliveries.size() == 2);
    long start = System.nanoTime();
    host.deliveries.get(0).nack(Nack.REQUEUE);
    host.deliveries.get(0).ack();
    FakeConsumer consumer = one.last().consumers.get(0);
    assertThat(consumer.settled).isEmpty();
    await().pollInterval(Duration.ofMillis(5)).until(() -> !consumer.settled.isEmpty());
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    assertThat(consumer.settled).containsExactly("REQUEUE 0");
  }

  @Test
  void aHeldRequeueDoesNotHoldUpTheDrain() {
    hosting.with(redelivering(Duration.ofMinutes(1), 0)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 1, delivery -> {});
    await().until(() -> host.deliveries.size() == 1);
    host.deliveries.get(0).nack(Nack.REQUEUE);
    long start = System.nanoTime();
    swap();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    host.subscription.request(1);
    await().until(() -> host.deliveries.size() == 2);
    assertThat(host.positions()).containsExactly(0L, 0L);
  }

  @Test
  void afterTheLastDeliveryARequeueDiscards() {
    hosting.with(redelivering(Duration.ZERO, 2)).arrive(one, "1.0.0");
    tape.length = 1;
    Collecting host =
        subscribe(Qos.AT_LEAST_ONCE, Long.MAX_VALUE, delivery -> delivery.nack(Nack.REQUEUE));
    FakeConsumer consumer = awaitConsumer(one);
    await().until(() -> consumer.settled.size() == 2);
    assertThat(consumer.settled).containsExactly("REQUEUE 0", "DISCARD 0");
    assertThat(host.deliveries).hasSize(2);
  }

  @Test
  void acksCountDuringTheDrainAndAreIgnoredAfterIt() {
    hosting.with(draining(500)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 3, delivery -> {});
    await().until(() -> host.deliveries.size() == 3);
    FakeConsumer consumer = one.last().consumers.get(0);
    hosting.arrive(two, "1.1.0");
    hosting.awaitState(EndpointState.DRAINING);
    host.deliveries.get(0).ack();
    assertThat(consumer.settled).containsExactly("ack 0");
    await().until(() -> hosting.hosted.version().equals(Optional.of("1.1.0")));
    host.deliveries.get(1).ack();
    host.deliveries.get(1).ack();
    host.deliveries.get(2).nack(Nack.REQUEUE);
    assertThat(consumer.settled).containsExactly("ack 0");
    assertThat(hosting.status().counters().ignoredSettlements()).isEqualTo(2);
  }

  @Test
  void afterCancelAcksCountForTheDrainTimeThenTheRestGoesBack() {
    hosting.with(draining(300)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 3, delivery -> {});
    await().until(() -> host.deliveries.size() == 3);
    FakeConsumer consumer = one.last().consumers.get(0);
    host.subscription.cancel();
    host.deliveries.get(0).ack();
    assertThat(consumer.settled).containsExactly("ack 0");
    await().until(() -> consumer.settled.size() == 3);
    assertThat(consumer.settled).containsExactly("ack 0", "REQUEUE 1", "REQUEUE 2");
    host.deliveries.get(1).ack();
    await().until(() -> hosting.status().counters().ignoredSettlements() == 0);
  }

  @Test
  void anErrorOfThePluginIsCopied() {
    hosting.arrive(one, "1.0.0");
    Collecting host = consume(Qos.AUTO, 1);
    await().until(() -> host.deliveries.size() == 1);
    one.last()
        .consumers
        .get(0)
        .subscription
        .fail(new FakeException(ErrorCode.TOPIC_UNKNOWN, "no such topic"));
    await().until(() -> host.error != null);
    assertThat(host.error)
        .isInstanceOf(EndpointException.class)
        .isNotInstanceOf(FakeException.class)
        .hasMessage("no such topic");
    assertThat(((EndpointException) host.error).code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
    assertThat(host.error.getCause().toString())
        .contains("FakeCause", "the client library says so");
    assertThat(host.error.getStackTrace()).isNotEmpty();
  }

  @Test
  void aCompletionOfThePluginPasses() {
    hosting.arrive(one, "1.0.0");
    Collecting host = consume(Qos.AUTO, 1);
    await().until(() -> host.deliveries.size() == 1);
    one.last().consumers.get(0).subscription.complete();
    await().until(() -> host.completed);
    assertThat(host.violations).hasValue(0);
  }

  @Test
  void whatEndsInADrainingGenerationIsNoEndOfTheStream() {
    hosting.arrive(one, "1.0.0");
    one.onStop =
        () -> {
          one.last()
              .consumers
              .forEach(c -> c.subscription.fail(new FakeException(ErrorCode.INTERNAL, "going")));
          return null;
        };
    Collecting host = consume(Qos.AUTO, 4);
    await().until(() -> host.deliveries.size() == 4);
    swap();
    host.subscription.request(1);
    await().until(() -> host.deliveries.size() == 5);
    assertThat(host.error).isNull();
  }

  @Test
  void aModeThatIsDisabledFailsTheStream() {
    hosting.configure(Map.of("modes", List.of("PUBLISH"))).arrive(one, "1.0.0");
    Collecting host = consume(Qos.AUTO, 1);
    await().until(() -> host.error != null);
    assertThat(((EndpointException) host.error).code()).isEqualTo(ErrorCode.MODE_DISABLED);
  }

  @Test
  void aStreamCompletesWhenTheEndpointStops() {
    hosting.arrive(one, "1.0.0");
    Collecting host = consume(Qos.AUTO, 1);
    await().until(() -> host.deliveries.size() == 1);
    Hosting.await(hosting.handle.stop(Duration.ZERO));
    await().until(() -> host.completed);
    Collecting late = consume(Qos.AUTO, 1);
    await().until(() -> late.error != null);
    assertThat(((EndpointException) late.error).code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    Hosting.await(hosting.handle.start());
    Collecting again = consume(Qos.AUTO, 1);
    await().until(() -> again.deliveries.size() == 1);
  }

  @Test
  void aStreamThatWaitsCompletesWhenTheConfigurationIsDeleted() {
    Collecting host = consume(Qos.AUTO, 1);
    hosting.delete();
    await().until(() -> host.completed);
  }

  @Test
  void aSubscriberThatThrowsIsCancelledAndItsMessageNotSettled() {
    hosting.arrive(one, "1.0.0");
    Collecting host =
        subscribe(
            Qos.AUTO,
            5,
            delivery -> {
              throw new IllegalStateException("the host is broken");
            });
    FakeConsumer consumer = awaitConsumer(one);
    await().until(() -> host.deliveries.size() == 1);
    swap();
    assertThat(consumer.settled).isEmpty();
    assertThat(host.deliveries).hasSize(1);
  }

  /** The plugin settles under AUTO what was taken; a cancelled stream takes nothing. */
  @ParameterizedTest
  @EnumSource(names = {"AUTO", "AT_LEAST_ONCE"})
  void whatIsSettledWasSeenHoweverTheHostCancels(Qos qos) {
    FakePlugin durable = new FakePlugin(tape, true);
    hosting.arrive(durable, "1.0.0");
    Set<String> seen = ConcurrentHashMap.newKeySet();
    for (int round = 0; round < 300; round++) {
      int before = seen.size();
      Collecting host =
          subscribe(
              qos,
              50,
              delivery -> {
                seen.add(delivery.message().text());
                delivery.ack();
              });
      while (seen.size() == before) {
        Thread.onSpinWait(); // so that the cancellation races with what follows
      }
      host.subscription.cancel();
    }
    hosting.delete();

    for (FakeConsumer consumer : durable.last().consumers) {
      for (String how : consumer.settled) {
        if (!how.startsWith("REQUEUE")) {
          assertThat(seen).contains(how.substring(how.indexOf(' ') + 1));
        }
      }
    }
  }

  /** What serves is one plan: no part of a refused one takes effect. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedEditChangesNoSettings(boolean refusedByTheRuntime) {
    RuntimeSettings once = redelivering(Duration.ZERO, 1);
    hosting.configure(Map.of("good", 1)).arrive(one, "1.0.0").awaitState(EndpointState.UP);

    if (refusedByTheRuntime) {
      hosting.edit(Map.of("good", 1), once, Violation.of("/drain", "drain", "is no number"));
    } else {
      hosting.edit(Map.of("invalid", true), once);
    }

    hosting.awaitState(EndpointState.DEGRADED);
    assertThat(settlementOfARequeue()).isEqualTo("REQUEUE 0");
    hosting.edit(Map.of("good", 1), once).awaitState(EndpointState.UP);
    assertThat(settlementOfARequeue()).isEqualTo("DISCARD 0");
  }

  @Test
  void settingsEditedWhileAGenerationStartsCount() {
    CompletableFuture<Void> starting = new CompletableFuture<>();
    CompletableFuture<Void> slow = new CompletableFuture<>();
    one.onStart =
        () -> {
          starting.complete(null);
          return slow;
        };
    hosting.arrive(one, "1.0.0");
    Hosting.await(starting);

    hosting.with(redelivering(Duration.ZERO, 1));
    slow.complete(null);

    hosting.awaitState(EndpointState.UP);
    assertThat(settlementOfARequeue()).isEqualTo("DISCARD 0");
  }

  @Test
  void anEditedRedeliveryDelayReachesOpenStreams() {
    hosting.with(redelivering(Duration.ofHours(1), 0)).arrive(one, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 2, delivery -> {});
    await().until(() -> host.deliveries.size() == 1 + 1);
    host.deliveries.get(0).nack(Nack.REQUEUE);

    hosting.with(redelivering(Duration.ofMillis(10), 0));

    await().until(() -> !one.last().consumers.get(0).settled.isEmpty());
    assertThat(one.last().consumers.get(0).settled).containsExactly("REQUEUE 0");
  }

  /** What the plugin is told when the host requeues the first message. */
  private String settlementOfARequeue() {
    int before = one.last().consumers.size();
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 1, delivery -> delivery.nack(Nack.REQUEUE));
    await()
        .until(
            () ->
                one.last().consumers.size() > before
                    && !one.last().consumers.get(before).settled.isEmpty());
    host.subscription.cancel();
    return one.last().consumers.get(before).settled.get(0);
  }

  @Test
  void aHostThatIsBusyGetsTheNextGenerationLater() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CompletableFuture<Void> inside = new CompletableFuture<>();
    hosting.with(draining(50)).arrive(one, "1.0.0");
    Collecting host =
        subscribe(
            Qos.AT_LEAST_ONCE,
            2,
            delivery -> {
              inside.complete(null);
              awaitLatch(busy);
            });
    Hosting.await(inside);
    Collecting other = consume(Qos.AUTO, 1);
    swap();
    await().until(() -> other.deliveries.size() == 1);
    assertThat(host.deliveries).hasSize(1);
    busy.countDown();
    await().until(() -> host.deliveries.size() == 2);
    assertThat(host.violations).hasValue(0);
    assertThat(host.positions()).containsExactly(0L, 0L);
  }

  @Test
  void hostsRunUnderTheirOwnClassLoader() throws Exception {
    try (URLClassLoader hosts = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
      ClassLoader own = Thread.currentThread().getContextClassLoader();
      Collecting host;
      Thread.currentThread().setContextClassLoader(hosts);
      try {
        host = consume(Qos.AUTO, 2);
      } finally {
        Thread.currentThread().setContextClassLoader(own);
      }
      hosting.arrive(one, "1.0.0");
      await().until(() -> host.deliveries.size() == 2);
      Hosting.await(hosting.handle.stop(Duration.ZERO));
      await().until(() -> host.completed);
      assertThat(host.loaders).containsOnly(hosts);
    }
  }

  @Test
  void aDurablePluginKeepsThePositionItself() {
    FakePlugin durable = new FakePlugin(tape, true);
    FakePlugin next = new FakePlugin(tape, true);
    hosting.with(draining(50)).arrive(durable, "1.0.0");
    Collecting host = subscribe(Qos.AT_LEAST_ONCE, 4, delivery -> {});
    await().until(() -> host.deliveries.size() == 4);
    host.deliveries.get(0).ack();
    host.deliveries.get(2).ack();
    swapTo(next);
    host.subscription.request(3);
    await().until(() -> host.deliveries.size() == 7);
    assertThat(host.positions().subList(4, 7)).containsExactly(1L, 3L, 4L);
    assertThat(next.last().consumed)
        .extracting(ConsumeRequest::resumeAfter)
        .containsExactly(Optional.empty());
  }

  private void swap() {
    swapTo(two);
  }

  private void swapTo(FakePlugin plugin) {
    swapTo(plugin, "1.1.0");
  }

  private void swapTo(FakePlugin plugin, String version) {
    hosting.arrive(plugin, version);
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> hosting.hosted.version().equals(Optional.of(version)));
    hosting.awaitState(EndpointState.UP);
  }

  private FakeConsumer awaitConsumer(FakePlugin plugin) {
    await().until(() -> !plugin.made.isEmpty() && !plugin.last().consumers.isEmpty());
    return plugin.last().consumers.get(0);
  }

  /** Acks or not, as the QoS wants it, in onNext. */
  private Collecting consume(Qos qos, long demand) {
    return subscribe(qos, demand, Delivery::ack);
  }

  private Collecting subscribe(Qos qos, long demand, java.util.function.Consumer<Delivery> action) {
    return subscribe(ConsumeRequest.of(qos), demand, action);
  }

  private Collecting subscribe(
      ConsumeRequest request, long demand, java.util.function.Consumer<Delivery> action) {
    Collecting host = new Collecting(demand, action);
    hosting.handle.consume(request).subscribe(host);
    return host;
  }

  private static RuntimeSettings draining(int millis) {
    return new RuntimeSettings(
        Duration.ofMillis(millis), Duration.ZERO, 0, 64, 1 << 20, Duration.ofSeconds(3));
  }

  private static RuntimeSettings redelivering(Duration delay, int maxDeliveries) {
    return new RuntimeSettings(
        Duration.ofSeconds(2), delay, maxDeliveries, 64, 1 << 20, Duration.ofSeconds(3));
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
