/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static java.util.concurrent.CompletableFuture.completedStage;
import static java.util.concurrent.CompletableFuture.failedStage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.testing.ManualExecutor;
import io.sluice.endpoint.support.testing.Seed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class EndpointLifecycleTest {

  private static final EndpointException LOST =
      EndpointException.retryable(ErrorCode.CONNECTION_LOST, "connection to broker:1 lost");

  private final ManualExecutor executor = new ManualExecutor();
  private final EndpointMeter meter = new EndpointMeter();
  private final MovableClock clock = new MovableClock();
  private final EndpointLifecycle life = new EndpointLifecycle("orders", executor, meter, clock);
  private final AtomicInteger openings = new AtomicInteger();
  private final AtomicInteger closings = new AtomicInteger();
  private final List<EndpointStatus> heard = new ArrayList<>();

  private CompletionStage<Void> open() {
    openings.incrementAndGet();
    return completedStage(null);
  }

  @Test
  void severalLinksMakeUpOneState() {
    EndpointLifecycle.Link publishing = life.link("publishing");
    EndpointLifecycle.Link consuming = life.link("consuming");
    life.start(this::open);

    publishing.up();
    assertThat(life.state()).isEqualTo(EndpointState.UP);
    consuming.down(LOST);
    assertThat(life.state()).isEqualTo(EndpointState.DEGRADED);
    assertThat(life.status().reason()).isEqualTo("consuming: connection to broker:1 lost");
    life.trouble("age", "a message is unsettled");
    assertThat(life.status().reason())
        .isEqualTo("consuming: connection to broker:1 lost; a message is unsettled");
    publishing.down(LOST);
    assertThat(life.state()).isEqualTo(EndpointState.DOWN);
    consuming.up();
    publishing.close();
    assertThat(life.state()).isEqualTo(EndpointState.DEGRADED);
    assertThat(life.status().reason()).isEqualTo("a message is unsettled");
    life.trouble("age", "");
    assertThat(life.state()).isEqualTo(EndpointState.UP);
    assertThat(life.status().lastError()).isPresent();
  }

  @Test
  void aLinkThatReportsBeforeTheStartIsIgnored() {
    assertThat(life.link("publishing").up()).isFalse();
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void whatIsPreparedIsClosedThoughItIsNeverStarted() {
    AtomicInteger preparations = new AtomicInteger();
    CompletableFuture<Void> preparation = new CompletableFuture<>();
    CompletionStage<Void> prepared =
        life.prepare(
            () -> {
              preparations.incrementAndGet();
              return preparation;
            });
    life.prepare(() -> completedStage(null));

    assertThat(preparations).hasValue(1);
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
    assertThat(prepared.toCompletableFuture()).isNotDone();
    assertThat(life.stop(Duration.ZERO, this::close).toCompletableFuture()).isCompleted();
    assertThat(closings).as("it does not wait for the preparation").hasValue(1);
  }

  @Test
  void nothingIsPreparedAfterTheStart() {
    life.start(this::open);

    assertThat(
            life.prepare(() -> failedStage(new AssertionError("prepared"))).toCompletableFuture())
        .isCompleted();
  }

  @Test
  void whatWasPreparedIsStarted() {
    life.prepare(() -> failedStage(LOST));

    assertThat(life.start(this::open).toCompletableFuture()).isCompleted();
    assertThat(openings).hasValue(1);
  }

  private CompletionStage<Void> close(Duration drain) {
    closings.incrementAndGet();
    return completedStage(null);
  }

  private static EndpointException error(CompletionStage<?> stage) {
    assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
    // Not wrapped: callers may rely on the type.
    return (EndpointException)
        stage.handle((done, failure) -> failure).toCompletableFuture().join();
  }

  @Test
  void isStoppedAtFirst() {
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
    assertThat(life.isRunning()).isFalse();
    assertThat(life.up()).as("a report before the start").isFalse();
    assertThat(executor.size()).as("threads that it needs").isZero();
  }

  @Test
  void startsOnce() {
    CompletionStage<Void> first = life.start(this::open);
    CompletionStage<Void> second = life.start(this::open);

    assertThat(first.toCompletableFuture()).isCompleted();
    assertThat(second.toCompletableFuture()).isCompleted();
    assertThat(openings).hasValue(1);
    assertThat(life.state()).isEqualTo(EndpointState.STARTING);
    assertThat(life.isRunning()).isTrue();
  }

  @Test
  void aFailedStartIsRememberedAndFailed() {
    EndpointException cause = new EndpointException(ErrorCode.TLS_FAILED, "no such key store");

    CompletionStage<Void> first = life.start(() -> failedStage(cause));

    assertThat(error(first)).isSameAs(cause);
    assertThat(error(life.start(this::open))).isSameAs(cause);
    assertThat(openings).hasValue(0);
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
    assertThat(life.status().reason()).isEqualTo("no such key store");
    assertThat(life.status().lastError().orElseThrow().code()).isEqualTo(ErrorCode.TLS_FAILED);
  }

  @Test
  void aStartThatThrowsFails() {
    CompletionStage<Void> start =
        life.start(
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThat(error(start).code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
  }

  @Test
  void theCallerCannotCompleteTheOutcome() {
    CompletionStage<Void> start = life.start(CompletableFuture::new);

    start.toCompletableFuture().complete(null);

    assertThat(life.start(this::open).toCompletableFuture()).isNotDone();
  }

  @Test
  void reportsStateReasonSinceAndLastError() {
    life.start(this::open);
    clock.advance(Duration.ofSeconds(3));
    Instant down = clock.instant();

    assertThat(life.down(LOST)).isTrue();

    EndpointStatus status = life.status();
    assertThat(status.state()).isEqualTo(EndpointState.DOWN);
    assertThat(status.reason()).isEqualTo("connection to broker:1 lost");
    assertThat(status.since()).isEqualTo(down);
    assertThat(status.lastError().orElseThrow().time()).isEqualTo(down);

    clock.advance(Duration.ofSeconds(5));
    life.down(EndpointException.retryable(ErrorCode.CONNECTION_REFUSED, "refused"));
    assertThat(life.status().since()).as("still the same state").isEqualTo(down);
    assertThat(life.status().reason()).isEqualTo("refused");

    life.up();
    assertThat(life.status().reason()).isEmpty();
    assertThat(life.status().since()).isEqualTo(clock.instant());
    assertThat(life.status().lastError().orElseThrow().code())
        .as("also when it has been overcome")
        .isEqualTo(ErrorCode.CONNECTION_REFUSED);
  }

  @Test
  void keepsAnErrorWithoutAChangeOfState() {
    life.start(this::open);
    life.up();

    life.error(LOST);

    assertThat(life.state()).isEqualTo(EndpointState.UP);
    assertThat(life.status().lastError().orElseThrow().code()).isEqualTo(ErrorCode.CONNECTION_LOST);
  }

  @Test
  void showsWarningsInEveryState() {
    life.warn("trusts every certificate");
    life.start(this::open);
    life.warn("trusts every certificate");
    life.warn("old protocol");

    assertThat(life.status().warnings())
        .containsExactly("trusts every certificate", "old protocol");
  }

  @Test
  void showsTheCountersOfNow() {
    meter.delivered(3);

    assertThat(life.status().counters().in()).isEqualTo(1);
  }

  @Test
  void nothingIsReportedAfterItFailed() {
    life.start(this::open);
    life.failed(LOST);

    assertThat(life.up()).isFalse();
    life.trouble("pace", "slow");
    assertThat(life.down(LOST)).isFalse();
    assertThat(life.state()).isEqualTo(EndpointState.FAILED);
    assertThat(life.isRunning()).isFalse();
  }

  @Test
  void aTroubleShowsWhileItIsConnected() {
    life.start(this::open);
    life.trouble("pace", "slow");
    assertThat(life.state()).isEqualTo(EndpointState.STARTING);

    life.up();
    assertThat(life.status()).hasToString("DEGRADED (slow)");
    life.down(LOST);
    life.trouble("pace", "slower");
    assertThat(life.state()).isEqualTo(EndpointState.DOWN);
    life.up();
    assertThat(life.status()).hasToString("DEGRADED (slower)");
    life.trouble("pace", "");
    assertThat(life.status()).hasToString("UP");
  }

  @Test
  void troublesOfDifferentKeysShowTogetherInTheOrderInWhichTheyAppeared() {
    life.start(this::open);
    life.up();

    life.trouble("watch", "message 7 is unsettled");
    life.trouble("topics", "there is no topic 'a'");
    assertThat(life.status())
        .hasToString("DEGRADED (message 7 is unsettled; there is no topic 'a')");
    life.trouble("watch", "message 8 is unsettled");
    assertThat(life.status())
        .hasToString("DEGRADED (message 8 is unsettled; there is no topic 'a')");

    life.trouble("watch", "");
    assertThat(life.status()).hasToString("DEGRADED (there is no topic 'a')");
    life.trouble("watch", "message 9 is unsettled");
    assertThat(life.status())
        .hasToString("DEGRADED (there is no topic 'a'; message 9 is unsettled)");

    life.trouble("topics", "");
    life.trouble("never there", "");
    life.trouble("watch", "");
    assertThat(life.status()).hasToString("UP");
  }

  @Test
  void showsTheDetailsOfNow() {
    assertThat(life.status().details()).isEmpty();
    Map<String, Object> details = new HashMap<>(Map.of("assigned", List.of("orders-0")));
    life.detailsFrom(() -> details);
    assertThat(life.status().details()).isEqualTo(details);

    details.put("assigned", List.of());
    assertThat(life.status().details()).containsEntry("assigned", List.of());
  }

  @Test
  void listenersSeeTheDetailsToo() {
    life.detailsFrom(() -> Map.of("assigned", List.of("orders-0")));
    life.addStatusListener(heard::add);

    life.start(this::open);
    executor.runAll();

    assertThat(heard.get(0).details()).containsEntry("assigned", List.of("orders-0"));
  }

  @Test
  void detailsThatCannotBeHadLeaveTheRestOfTheStatus() {
    meter.delivered(3);
    life.start(this::open);
    life.up();

    for (Supplier<Map<String, Object>> broken : brokenDetails()) {
      life.detailsFrom(broken);

      assertThat(life.status().details()).isEmpty();
      assertThat(life.status()).hasToString("UP");
      assertThat(life.status().counters().in()).isEqualTo(1);
    }
  }

  private static List<Supplier<Map<String, Object>>> brokenDetails() {
    return List.of(
        () -> {
          throw new IllegalStateException("the client is closed");
        },
        () -> {
          throw new NoClassDefFoundError("com/acme/Client");
        },
        () -> null,
        () -> Map.of("of no JDK type", new EndpointMeter()));
  }

  @Test
  void tellsWhyItRefuses() {
    assertThat(life.refusal().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(life.refusal().isRetryable()).isTrue();

    life.start(this::open);
    assertThat(life.refusal()).isNull();
    life.up();
    life.trouble("pace", "slow");
    assertThat(life.refusal()).isNull();
    life.down(LOST);
    assertThat(life.refusal()).isNull();
    life.failed(LOST);
    assertThat(life.refusal()).isSameAs(LOST);

    life.stop(Duration.ZERO, this::close);
    assertThat(life.refusal().code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void refusesAsStoppedAlsoIfItNeverStarted() {
    life.stop(Duration.ZERO, this::close);

    assertThat(life.refusal().code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void drainsAndStopsOnce() {
    life.start(this::open);
    life.up();
    CompletableFuture<Void> closing = new CompletableFuture<>();
    List<Duration> drains = new ArrayList<>();

    CompletionStage<Void> first =
        life.stop(
            Duration.ofSeconds(5),
            drain -> {
              drains.add(drain);
              return closing;
            });
    CompletionStage<Void> second = life.stop(Duration.ofSeconds(9), this::close);

    assertThat(life.state()).isEqualTo(EndpointState.DRAINING);
    assertThat(life.up()).as("a late report").isFalse();
    assertThat(first.toCompletableFuture()).isNotDone();
    closing.complete(null);
    assertThat(first.toCompletableFuture()).isCompleted();
    assertThat(second.toCompletableFuture()).isCompleted();
    assertThat(drains).containsExactly(Duration.ofSeconds(5));
    assertThat(closings).hasValue(0);
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
    assertThat(life.up()).isFalse();
  }

  @Test
  void closingWaitsForTheEndOfOpening() {
    CompletableFuture<Void> opening = new CompletableFuture<>();
    life.start(() -> opening);

    CompletionStage<Void> stop = life.stop(Duration.ZERO, this::close);
    assertThat(closings).hasValue(0);
    opening.complete(null);

    assertThat(closings).hasValue(1);
    assertThat(stop.toCompletableFuture()).isCompleted();
  }

  @Test
  void aWarningHoldsUntilItIsReplacedOrOver() {
    life.warn("trusts every certificate");
    life.warn("pattern", "no topic matches a.*");
    life.warn("pattern", "no topic matches b.*");
    assertThat(life.status().warnings())
        .containsExactly("trusts every certificate", "no topic matches b.*");

    life.warn("pattern", "");

    assertThat(life.status().warnings()).containsExactly("trusts every certificate");
  }

  @Test
  void whatFailedToOpenIsClosedToo() {
    life.start(() -> failedStage(LOST));

    life.stop(Duration.ZERO, this::close);

    assertThat(closings).hasValue(1);
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void whatWasNeverStartedHasNothingToClose() {
    CompletionStage<Void> stop = life.stop(Duration.ofSeconds(5), this::close);

    assertThat(stop.toCompletableFuture()).isCompleted();
    assertThat(closings).hasValue(0);
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void doesNotStartAgain() {
    life.start(this::open);
    life.stop(Duration.ZERO, this::close);

    assertThat(error(life.start(this::open)).code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertThat(openings).hasValue(1);
  }

  @Test
  void aStopThatFailsIsStoppedWithItsReason() {
    life.start(this::open);

    CompletionStage<Void> stop =
        life.stop(
            Duration.ZERO,
            drain -> {
              throw new IllegalStateException("client hangs");
            });

    assertThat(error(stop).code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
    assertThat(life.status().reason()).contains("client hangs");
  }

  @Test
  void refusesANegativeDrainTime() {
    assertThatThrownBy(() -> life.stop(Duration.ofMillis(-1), this::close))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closeWaitsForTheEnd() {
    CompletableFuture<Void> closing = new CompletableFuture<>();
    life.start(this::open);
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () -> life.close(drain -> closing), task -> new Thread(task, "closer").start());
    eventually().until(() -> life.state() == EndpointState.DRAINING);
    assertThat(closed).isNotDone();

    closing.complete(null);

    assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void closeNeverThrows() {
    life.start(this::open);

    life.close(drain -> failedStage(LOST));
    life.close(this::close);

    assertThat(closings).hasValue(0);
    assertThat(life.state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void closeEndsWhenInterruptedAndStaysInterrupted() {
    life.start(this::open);
    Thread.currentThread().interrupt();

    life.close(drain -> new CompletableFuture<>());

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void listenersHearOfChangesInOrderOnTheExecutor() {
    life.addStatusListener(heard::add);
    life.start(this::open);
    life.up();
    life.trouble("pace", "message 7 is unsettled for 60 s");
    assertThat(heard).isEmpty();

    executor.runAll();

    assertThat(heard)
        .extracting(EndpointStatus::toString)
        .containsExactly("STARTING", "UP", "DEGRADED (message 7 is unsettled for 60 s)");
  }

  @Test
  void listenersHearOfReasonsAndWarningsButNotOfRepetitions() {
    life.start(this::open);
    life.up();
    executor.runAll();
    life.addStatusListener(heard::add);

    life.up();
    life.error(LOST);
    life.trouble("pace", "slow");
    life.trouble("pace", "slow");
    life.trouble("pace", "slower");
    life.warn("old protocol");
    life.warn("old protocol");
    executor.runAll();

    assertThat(heard)
        .extracting(EndpointStatus::toString)
        .containsExactly("DEGRADED (slow)", "DEGRADED (slower)", "DEGRADED (slower)");
    assertThat(heard.get(2).warnings()).containsExactly("old protocol");
  }

  @Test
  void aListenerHearsOfNothingThatHappenedBeforeOrAfterItsTime() {
    StatusListener listener = heard::add;
    life.start(this::open);
    life.addStatusListener(listener);
    life.addStatusListener(listener);
    life.up();
    executor.runAll();
    assertThat(heard).extracting(EndpointStatus::state).containsExactly(EndpointState.UP);

    life.down(LOST);
    life.removeStatusListener(listener);
    executor.runAll();

    assertThat(heard).hasSize(1);
  }

  @Test
  void aListenerThatThrowsDisturbsNobody() {
    life.addStatusListener(
        status -> {
          throw new IllegalStateException("broken listener");
        });
    life.addStatusListener(heard::add);

    life.start(this::open);
    executor.runAll();

    assertThat(heard).hasSize(1);
  }

  @Test
  void listenersHearOfTheEndAfterTheExecutorWasShutDown() {
    life.addStatusListener(heard::add);
    life.start(this::open);
    executor.runAll();
    executor.shutDown();

    life.stop(Duration.ZERO, this::close);

    assertThat(heard)
        .extracting(EndpointStatus::state)
        .containsExactly(EndpointState.STARTING, EndpointState.DRAINING, EndpointState.STOPPED);
  }

  /** Whoever comes first: it opens at most once, closes what it opened, and ends stopped. */
  @Test
  void startStopCloseAndReportsMayRace() throws Exception {
    SplittableRandom random = Seed.random(EndpointLifecycleTest.class);
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      for (int round = 0; round < 200; round++) {
        race(pool, random);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private void race(ExecutorService pool, SplittableRandom random) throws Exception {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    List<EndpointState> states = new CopyOnWriteArrayList<>();
    EndpointLifecycle raced = new EndpointLifecycle("race", pool, meter);
    raced.addStatusListener(status -> states.add(status.state()));
    CountDownLatch begin = new CountDownLatch(1);
    List<Runnable> actions =
        new ArrayList<>(
            List.of(
                () ->
                    raced.start(
                        () -> {
                          opened.incrementAndGet();
                          return CompletableFuture.runAsync(raced::up, pool);
                        }),
                () -> raced.start(() -> failedStage(new IllegalStateException("second opening"))),
                () -> raced.down(LOST),
                raced::up,
                () -> raced.close(drain -> closeRaced(opened, closed, overlaps)),
                () ->
                    raced.stop(
                        Duration.ofSeconds(1), drain -> closeRaced(opened, closed, overlaps))));
    List<Future<?>> done = new ArrayList<>();
    while (!actions.isEmpty()) {
      Runnable action = actions.remove(random.nextInt(actions.size()));
      done.add(
          pool.submit(
              () -> {
                begin.await();
                action.run();
                return null;
              }));
    }
    begin.countDown();
    for (Future<?> action : done) {
      action.get(20, TimeUnit.SECONDS);
    }

    raced
        .stop(Duration.ZERO, drain -> closeRaced(opened, closed, overlaps))
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
    assertThat(raced.state()).isEqualTo(EndpointState.STOPPED);
    assertThat(opened.get()).isLessThanOrEqualTo(1);
    assertThat(closed.get()).isLessThanOrEqualTo(1).isGreaterThanOrEqualTo(opened.get());
    assertThat(overlaps).hasValue(0);
    if (closed.get() == 1) {
      eventually()
          .until(() -> !states.isEmpty() && states.get(states.size() - 1) == EndpointState.STOPPED);
      for (int i = 1; i < states.size(); i++) {
        assertThat(StateTransitions.allow(states.get(i - 1), states.get(i))).isTrue();
      }
    }
  }

  private static CompletionStage<Void> closeRaced(
      AtomicInteger opened, AtomicInteger closed, AtomicInteger overlaps) {
    int before = opened.get();
    closed.incrementAndGet();
    if (opened.get() != before) {
      overlaps.incrementAndGet();
    }
    return completedStage(null);
  }

  private static final class MovableClock extends Clock {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
