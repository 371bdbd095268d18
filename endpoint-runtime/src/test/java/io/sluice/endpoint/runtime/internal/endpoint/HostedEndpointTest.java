/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakeEndpoint;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostedEndpointTest {

  private static final RuntimeSettings IMPATIENT =
      new RuntimeSettings(
          Duration.ofMillis(100), Duration.ZERO, 0, 4, 1 << 20, Duration.ofMillis(200));

  private final Tape tape = new Tape();
  private final FakePlugin one = new FakePlugin(tape, false);
  private final FakePlugin two = new FakePlugin(tape, false);
  private final CountDownLatch never = new CountDownLatch(1);
  private final Hosting hosting = new Hosting();

  @AfterEach
  void stop() {
    never.countDown();
    hosting.close();
  }

  @Test
  void waitsForABundleAndGoesLiveWithIt() {
    hosting.apply();
    assertThat(hosting.awaitState(EndpointState.UNSATISFIED).reason())
        .isEqualTo("no bundle serves fake");
    assertThat(hosting.hosted.version()).isEmpty();
    assertThat(hosting.hosted.modes()).isEmpty();

    hosting.arrive(one, "1.2.0");

    hosting.awaitState(EndpointState.UP);
    assertThat(hosting.hosted.version()).contains("1.2.0");
    assertThat(hosting.hosted.modes()).containsExactlyInAnyOrder(Mode.values());
  }

  @Test
  void anEqualPlanChangesNothing() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.apply().touch().touch();
    assertThat(hosting.awaitState(EndpointState.UP).state()).isEqualTo(EndpointState.UP);
    assertThat(one.made).hasSize(1);
  }

  @Test
  void aWarningShowsInEveryStateAndChangesNothingElse() {
    hosting.warn("a.cfg: hm");
    assertThat(hosting.awaitState(EndpointState.UNSATISFIED).warnings())
        .containsExactly("a.cfg: hm");

    hosting.arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.UP).warnings()).containsExactly("a.cfg: hm");

    hosting.warn();
    await().until(() -> hosting.handle.status().warnings().isEmpty());
    assertThat(one.made).hasSize(1);
  }

  @Test
  void aBetterVersionReplacesTheOneAtWork() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.arrive(two, "1.1.0");
    await().until(() -> hosting.hosted.version().equals(java.util.Optional.of("1.1.0")));
    hosting.awaitState(EndpointState.UP);
    assertThat(one.last().closed).isTrue();
    assertThat(hosting.states)
        .containsSubsequence(
            EndpointState.UP, EndpointState.DRAINING, EndpointState.STARTING, EndpointState.UP);
  }

  @Test
  void anEndpointIsStoppedForASuccessorWhereItsConfigurationStays() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.arrive(two, "1.1.0");
    await().until(() -> one.last().closed);
    assertThat(one.last().handedOver).as("another version").isTrue();

    hosting.awaitState(EndpointState.UP);
    hosting.configure(Map.of("good", 1));
    await().until(() -> two.made.size() == 2 && two.made.get(0).closed);
    assertThat(two.made.get(0).handedOver).as("edited").isFalse();

    hosting.awaitState(EndpointState.UP);
    hosting.leave(two);
    assertThat(two.last().handedOver).as("its bundle may return").isTrue();

    hosting.awaitState(EndpointState.UP);
    hosting.delete();
    assertThat(one.last().handedOver).as("deleted").isFalse();
  }

  @Test
  void aBundleOfTheSameVersionDoesNot() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.arrive(two, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.UP).state()).isEqualTo(EndpointState.UP);
    assertThat(two.made).isEmpty();
    hosting.leave(one);
    hosting.awaitState(EndpointState.UP);
    assertThat(two.made).hasSize(1);
  }

  @Test
  void settingsOfTheRuntimeChangeWithoutARestart() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.with(IMPATIENT);
    hosting.awaitState(EndpointState.UP);
    assertThat(one.made).hasSize(1);
  }

  @Test
  void aRefusedConfigurationIsInvalidWithItsViolations() {
    hosting.configure(Map.of("invalid", true)).arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.INVALID).violations())
        .extracting(Violation::key)
        .containsExactly("invalid");
    assertThat(hosting.status().lastError()).isPresent();
    hosting.configure(Map.of("valid", true)).awaitState(EndpointState.UP);
    assertThat(hosting.status().violations()).isEmpty();
  }

  @Test
  void aBadEditKeepsTheLastGoodConfiguration() {
    hosting.configure(Map.of("good", 1)).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.configure(Map.of("invalid", true));
    assertThat(hosting.awaitState(EndpointState.DEGRADED).violations()).hasSize(1);
    assertThat(one.made).hasSize(1);
    assertThat(one.last().closed).isFalse();
    hosting.configure(Map.of("good", 2)).awaitState(EndpointState.UP);
    assertThat(one.last().configuration().properties()).containsEntry("good", 2);
  }

  @Test
  void violationsThatTheRuntimeFindsCountLikeThePlugins() {
    Violation duplicate = Violation.of("/name", "name", "is taken by another configuration");
    hosting.violate(duplicate).arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.INVALID).violations()).containsExactly(duplicate);
    assertThat(one.made).isEmpty();
    hosting.violate().awaitState(EndpointState.UP);
    hosting.violate(duplicate).awaitState(EndpointState.DEGRADED);
    assertThat(one.last().closed).isFalse();
  }

  @Test
  void whateverCreateThrowsIsAFailureWithItsReason() {
    one.onCreate =
        () -> {
          throw new NoClassDefFoundError("com/acme/Client");
        };
    hosting.arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.FAILED).reason()).contains("com/acme/Client");
    one.onCreate = () -> null;
    hosting.touch().awaitState(EndpointState.UP);
  }

  @Test
  void whateverStartThrowsIsAFailureToo() {
    one.onStart =
        () -> {
          throw new java.io.IOException("no such device");
        };
    hosting.arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.FAILED).reason()).contains("no such device");
    await().until(() -> one.last().closed);
  }

  @Test
  void aFailedEndpointRejectsAtOnce() {
    one.onStart = () -> CompletableFuture.failedStage(new IllegalStateException("no"));
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.FAILED);
    Receipt receipt = Hosting.await(hosting.handle.publish(Message.of("a")));
    assertThat(receipt.error().orElseThrow().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThatThrownBy(() -> hosting.handle.start().toCompletableFuture().get())
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void aHangingCreateIsGivenUpAndItsLateResultClosed() {
    CountDownLatch late = new CountDownLatch(1);
    one.onCreate =
        () -> {
          awaitUninterruptibly(late);
          return null;
        };
    hosting.with(IMPATIENT).arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.FAILED).reason()).contains("create", "200 ms");
    late.countDown();
    await().until(() -> !one.made.isEmpty() && one.last().closed);
    assertThat(hosting.status().state()).isEqualTo(EndpointState.FAILED);
  }

  @Test
  void aHangingStartIsGivenUpAndTheEndpointClosed() {
    one.onStart =
        () -> {
          never.await();
          return null;
        };
    hosting.with(IMPATIENT).arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.FAILED).reason()).contains("start");
    await().until(() -> one.last().closed);
  }

  @Test
  void aStartWhoseStageNeverCompletesIsGivenUp() {
    one.onStart = CompletableFuture::new;
    hosting.with(IMPATIENT).arrive(one, "1.0.0");
    assertThat(hosting.awaitState(EndpointState.FAILED).reason()).contains("start", "200 ms");
  }

  @Test
  void aVersionThatDoesNotStartFallsBackToTheOneThatWorked() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    two.onStart = () -> CompletableFuture.failedStage(new IllegalStateException("broken build"));
    hosting.arrive(two, "2.0.0");
    assertThat(hosting.awaitState(EndpointState.DEGRADED).reason())
        .contains("2.0.0", "broken build", "1.0.0");
    assertThat(hosting.hosted.version()).contains("1.0.0");
    assertThat(one.made).hasSize(2);
    assertThat(two.made).hasSize(1);
    hosting.leave(two);
    hosting.apply().awaitState(EndpointState.UP);
    assertThat(one.made).hasSize(2);
  }

  @Test
  void anEditThatDoesNotStartFallsBackToTheConfigurationThatWorked() {
    hosting.configure(Map.of("good", 1)).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    one.onStart =
        () ->
            one.last().configuration().properties().containsKey("bad")
                ? CompletableFuture.failedStage(new IllegalStateException("bad"))
                : CompletableFuture.completedStage(null);
    hosting.configure(Map.of("bad", 1)).awaitState(EndpointState.DEGRADED);
    assertThat(one.last().configuration().properties()).containsEntry("good", 1);
  }

  @Test
  void aVersionThatRefusesTheConfigurationLeavesTheOneAtWorkUntouched() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    two.onCreate =
        () -> {
          throw new IllegalStateException("no");
        };
    hosting.arrive(two, "2.0.0").awaitState(EndpointState.DEGRADED);
    assertThat(one.made).hasSize(1);
    assertThat(hosting.states).doesNotContain(EndpointState.DRAINING);
  }

  @Test
  void aLeavingFactoryIsDrainedAndLetGoOf() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.leave(one);
    assertThat(one.last().closed).isTrue();
    assertThat(hosting.status().state()).isEqualTo(EndpointState.UNSATISFIED);
    assertThat(hosting.hosted.version()).isEmpty();
    assertThat(hosting.hosted.modes()).as("those of the last that worked").isNotEmpty();
    hosting.arrive(two, "1.0.0").awaitState(EndpointState.UP);
  }

  @Test
  void aFactoryMayLeaveWhileItHangs() {
    one.onCreate =
        () -> {
          never.await();
          return null;
        };
    hosting.arrive(one, "1.0.0");
    await().until(() -> hosting.states.contains(EndpointState.STARTING));
    long start = System.nanoTime();
    hosting.leave(one);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    hosting.arrive(two, "1.1.0").awaitState(EndpointState.UP);
  }

  @Test
  void aHangingStopDelaysTheSwapByNoMoreThanTheLimit() {
    hosting.with(IMPATIENT).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    one.onStop =
        () -> {
          never.await();
          return null;
        };
    long start = System.nanoTime();
    hosting.leave(one);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
  }

  @Test
  void aStopThatThrowsDoesNotPreventTheSwap() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    one.onStop =
        () -> {
          throw new LinkageError("half gone");
        };
    hosting.arrive(two, "1.1.0");
    await().until(() -> hosting.hosted.version().equals(java.util.Optional.of("1.1.0")));
  }

  @Test
  void theNextGenerationPreparesWhileTheFormerServes() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletableFuture<Void> preparing = new CompletableFuture<>();
    CompletableFuture<Void> slow = new CompletableFuture<>();
    two.onPrepare =
        () -> {
          preparing.complete(null);
          return slow;
        };

    hosting.arrive(two, "1.1.0");
    Hosting.await(preparing);

    assertThat(hosting.status().state()).isEqualTo(EndpointState.UP);
    assertThat(Hosting.await(hosting.handle.publish(Message.of("a"))).isConfirmed()).isTrue();
    assertThat(one.last().handedOver).isFalse();
    slow.complete(null);
    await().until(() -> hosting.hosted.version().equals(Optional.of("1.1.0")));
  }

  @Test
  void whatCannotBePreparedLeavesTheOneAtWorkUntouched() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    two.onPrepare = () -> CompletableFuture.failedStage(new IllegalStateException("no licence"));

    hosting.arrive(two, "1.1.0");

    assertThat(hosting.awaitState(EndpointState.DEGRADED).reason()).contains("no licence");
    assertThat(one.last().handedOver).isFalse();
    await().until(() -> two.last().closed);
  }

  @Test
  void aPreparationThatHangsDelaysTheSwapByNoMoreThanTheLimit() {
    hosting.with(IMPATIENT).arrive(one, "1.0.0").awaitState(EndpointState.UP);
    two.onPrepare = CompletableFuture::new;

    hosting.arrive(two, "1.1.0");

    await().until(() -> hosting.hosted.version().equals(Optional.of("1.1.0")));
  }

  @Test
  void aFactoryThatLeavesIsNotKeptByTheOneThatPrepares() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletableFuture<Void> preparing = new CompletableFuture<>();
    two.onPrepare =
        () -> {
          preparing.complete(null);
          return new CompletableFuture<>();
        };
    hosting.arrive(two, "1.1.0");
    Hosting.await(preparing);
    two.onPrepare = () -> CompletableFuture.completedStage(null);

    long start = System.nanoTime();
    hosting.leave(one);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    await().until(() -> hosting.hosted.version().equals(Optional.of("1.1.0")));
  }

  @Test
  void aSwapGoesOnWhenAPartOfItFails() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    ProxyRequest request = ProxyRequest.builder("GET", "/").build();
    Hosting.await(hosting.handle.exchange(request));
    one.onExchange = each -> new CompletableFuture<>();
    List<CompletableFuture<?>> exchanges = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      exchanges.add(
          hosting
              .handle
              .exchange(request)
              .whenComplete((response, error) -> awaitUninterruptibly(never)) // takes its thread
              .toCompletableFuture());
    }
    one.onStop =
        () -> {
          hosting.threadsThatFail.set(2);
          one.onStop = () -> null;
          return null;
        };

    hosting.arrive(two, "1.1.0");

    await().until(() -> one.made.get(0).closed || hosting.threadsThatFail.get() == 0);
    await()
        .until(
            () ->
                EnumSet.of(EndpointState.UP, EndpointState.DEGRADED)
                    .contains(hosting.status().state()));
    assertThat(hosting.hosted.version())
        .as("what the lack of threads let start")
        .isIn(Optional.of("1.1.0"), Optional.of("1.0.0"));
    assertThat(hosting.threadsThatFail).as("threads that did not fail").hasValue(0);
    never.countDown();
    await().until(() -> exchanges.stream().allMatch(CompletableFuture::isCompletedExceptionally));
  }

  @Test
  void anEditWhileANewVersionStartsIsTakenUp() {
    CompletableFuture<Void> called = new CompletableFuture<>();
    CompletableFuture<Void> slow = new CompletableFuture<>();
    one.onStart =
        () -> {
          called.complete(null);
          return slow;
        };
    hosting.arrive(one, "1.0.0");
    await().until(called::isDone);
    one.onStart = () -> CompletableFuture.completedStage(null);
    hosting.configure(Map.of("edit", 1)).awaitState(EndpointState.UP);
    assertThat(one.last().configuration().properties()).containsEntry("edit", 1);
    await().until(() -> one.made.get(0).closed); // if it came too late, when it came
  }

  @Test
  void thePluginsOwnStateShowsThrough() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    FakeEndpoint plugin = one.last();
    plugin.report(EndpointState.DOWN, "connection refused");
    assertThat(hosting.awaitState(EndpointState.DOWN).reason()).isEqualTo("connection refused");
    await().until(() -> hosting.states.contains(EndpointState.DOWN));
    plugin.report(EndpointState.UP, "");
    hosting.awaitState(EndpointState.UP);
  }

  @Test
  void anEndpointThatGaveUpIsTriedAgainWhenItsConfigurationIsTouched() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    one.last().report(EndpointState.FAILED, "no attempts left");
    hosting.awaitState(EndpointState.FAILED);
    await().until(() -> hosting.states.contains(EndpointState.FAILED));
    hosting.touch().awaitState(EndpointState.UP);
    assertThat(one.made).hasSize(2);
  }

  @Test
  void countersAddUpOverGenerations() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    one.last().in.set(40);
    one.last().skipped.set(5);
    hosting.arrive(two, "1.1.0");
    await().until(() -> !two.made.isEmpty() && hosting.hosted.version().isPresent());
    hosting.awaitState(EndpointState.UP);
    two.last().in.set(2);
    two.last().skipped.set(1);
    await().untilAsserted(() -> assertThat(hosting.status().counters().in()).isEqualTo(42));
    assertThat(hosting.status().counters().skipped()).isEqualTo(6);
  }

  @Test
  void theDetailsAreThoseOfThePluginAtWork() {
    one.details = Map.of("assigned", List.of("tape-0"));
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    assertThat(hosting.status().details()).isEqualTo(one.details);
    hosting.leave(one);
    assertThat(hosting.status().details()).isEmpty();
  }

  @Test
  void anOperatorStopsAndStartsIt() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    Hosting.await(hosting.handle.stop(Duration.ofMillis(100)));
    assertThat(hosting.status().state()).isEqualTo(EndpointState.STOPPED);
    hosting.arrive(two, "1.1.0").touch();
    assertThat(Hosting.await(hosting.handle.publish(Message.of("a"))).error())
        .map(EndpointException::code)
        .contains(ErrorCode.ENDPOINT_STOPPED);
    assertThat(two.made).isEmpty();
    Hosting.await(hosting.handle.start());
    assertThat(hosting.status().state()).isEqualTo(EndpointState.UP);
    assertThat(hosting.hosted.version()).contains("1.1.0");
  }

  /** The handle is shared. */
  @Test
  void aHostThatClosesTheHandleStopsItForNoOne() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);

    hosting.handle.close();

    assertThat(Hosting.await(hosting.handle.publish(Message.of("a"))).isConfirmed()).isTrue();
    assertThat(hosting.status().state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void aDeletedConfigurationStopsForGood() {
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    hosting.delete();
    assertThat(hosting.status().state()).isEqualTo(EndpointState.STOPPED);
    assertThat(one.last().closed).isTrue();
    assertThatThrownBy(() -> hosting.handle.start().toCompletableFuture().get())
        .hasCauseInstanceOf(EndpointException.class);
  }

  @Test
  void modesFollowTheConfiguration() {
    hosting
        .configure(Map.of("modes", List.of("PUBLISH")))
        .arrive(one, "1.0.0")
        .awaitState(EndpointState.UP);
    assertThat(hosting.handle.modes()).containsExactly(Mode.PUBLISH);
    hosting.configure(Map.of("modes", List.of("CONSUME")));
    await().until(() -> hosting.handle.modes().equals(java.util.Set.of(Mode.CONSUME)));
    hosting.awaitState(EndpointState.UP);
    assertThat(Hosting.await(hosting.handle.publish(Message.of("a"))).error())
        .map(EndpointException::code)
        .contains(ErrorCode.MODE_DISABLED);
  }

  @Test
  void listenersHearOfChangesInOrderUntilRemoved() {
    List<EndpointState> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
    io.sluice.endpoint.StatusListener listener = status -> heard.add(status.state());
    hosting.handle.addStatusListener(listener);
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    await().until(() -> heard.contains(EndpointState.UP));
    assertThat(heard).containsSubsequence(EndpointState.STARTING, EndpointState.UP);
    hosting.handle.removeStatusListener(listener);
    int before = heard.size();
    one.last().report(EndpointState.DOWN, "gone");
    await().until(() -> hosting.states.contains(EndpointState.DOWN));
    assertThat(heard).hasSize(before);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // the plugin does not care
      }
    }
  }
}
