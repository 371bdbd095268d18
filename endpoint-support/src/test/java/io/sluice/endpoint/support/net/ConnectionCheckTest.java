/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionCheckTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final SharedWorkers workers = SharedWorkers.of("test", ConnectionCheckTest.class);

  @AfterEach
  void endWorkers() {
    workers.close();
  }

  @Test
  void oneServerThatIsReachedIsEnough() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      ServerAddress there = new ServerAddress("there", server.getLocalPort());

      List<CheckStep> steps =
          run(
              ConnectionCheckTest::known,
              check -> {
                check.reach(List.of(there, new ServerAddress("unknown", 1)));
                check.passed("end", "passed " + check.isPassed());
              });

      assertThat(steps)
          .extracting(CheckStep::toString)
          .containsExactly(
              "resolve PASSED: there: 127.0.0.1",
              "connect PASSED: " + there,
              "resolve FAILED: host 'unknown' has no address",
              "connect SKIPPED: unknown:1",
              "end PASSED: passed true");
      assertThat(steps.get(2).code()).contains(ErrorCode.DNS_RESOLUTION_FAILED);
    }
  }

  @Test
  void withoutAServerItHasFailed() throws Exception {
    int port = freePort();

    List<CheckStep> steps =
        run(
            ConnectionCheckTest::known,
            check -> {
              check.reach(List.of(new ServerAddress("there", port)));
              check.skipped("end", "passed " + check.isPassed());
            });

    assertThat(steps)
        .extracting(CheckStep::toString)
        .containsExactly(
            "resolve PASSED: there: 127.0.0.1",
            "connect FAILED: no server listens at there:" + port,
            "end SKIPPED: passed false");
  }

  @Test
  void aStepThatThrowsHasFailedWithItsCode() throws Exception {
    List<CheckStep> steps =
        run(
            ConnectionCheckTest::known,
            check -> {
              check.step(
                  CheckStep.AUTHENTICATE,
                  () -> {
                    throw new EndpointException(ErrorCode.AUTHENTICATION_FAILED, "no");
                  });
              check.step(CheckStep.DESTINATION, () -> "here");
            });

    assertThat(steps)
        .extracting(CheckStep::outcome)
        .containsExactly(CheckStep.Outcome.FAILED, CheckStep.Outcome.PASSED);
    assertThat(steps.get(0).code()).contains(ErrorCode.AUTHENTICATION_FAILED);
  }

  @Test
  void aLookUpThatHangsEndsWithTheTime() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try {
      List<CheckStep> steps =
          run(
              host -> {
                await(end);
                return known(host);
              },
              Duration.ofMillis(50),
              check -> check.reach(List.of(new ServerAddress("there", 1))));

      assertThat(steps).hasSize(1);
      assertThat(steps.get(0).name()).isEqualTo(CheckStep.RESOLVE);
      assertThat(steps.get(0).code()).contains(ErrorCode.TIMEOUT);
    } finally {
      end.countDown();
    }
  }

  @Test
  void whatIsFoundAfterTheTimeDoesNotCount() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<Boolean> passed = new CompletableFuture<>();
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      List<CheckStep> steps =
          run(
              ConnectionCheckTest::known,
              Duration.ofMillis(50),
              check -> {
                check.begin("cluster");
                await(ended);
                check.reach(List.of(new ServerAddress("there", server.getLocalPort())));
                passed.complete(check.isPassed());
              });
      ended.countDown();

      assertThat(steps).singleElement().asString().startsWith("cluster FAILED: no answer");
      assertThat(passed.get(20, TimeUnit.SECONDS)).isFalse();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatACheckThrowsIsTheFailure() {
    assertThatThrownBy(
            () ->
                run(
                    ConnectionCheckTest::known,
                    check -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasRootCauseMessage("broken");
  }

  private List<CheckStep> run(AddressResolver resolver, Consumer<ConnectionCheck> check)
      throws Exception {
    return run(resolver, Duration.ofSeconds(20), check);
  }

  private List<CheckStep> run(
      AddressResolver resolver, Duration timeout, Consumer<ConnectionCheck> check)
      throws Exception {
    return ConnectionCheck.run(resolver, timeout, Thread::new, workers, check)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private static int freePort() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      return server.getLocalPort();
    }
  }

  private static InetAddress[] known(String host) throws UnknownHostException {
    if (!host.equals("there")) {
      throw new UnknownHostException(host);
    }
    return new InetAddress[] {LOOPBACK};
  }
}
