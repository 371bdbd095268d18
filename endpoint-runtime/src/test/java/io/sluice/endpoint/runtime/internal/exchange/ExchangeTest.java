/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.runtime.internal.endpoint.Hosting;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakeException;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExchangeTest {

  private final Tape tape = new Tape();
  private final FakePlugin one = new FakePlugin(tape, false);
  private final FakePlugin two = new FakePlugin(tape, false);
  private final Hosting hosting = new Hosting();

  @AfterEach
  void stop() {
    hosting.close();
  }

  /** An exchange runs on the threads of its host and its plugin. */
  @Test
  void exchangesTakeNoThreadsOfTheRuntime() throws Exception {
    int each = 20_000;
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    exchangeWhole();
    int before = hosting.threadsMade.get();
    long cpu = cpuNanos();
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int caller = 0; caller < 2; caller++) {
      callers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < each; i++) {
                  exchangeWhole();
                }
              }));
    }
    for (CompletableFuture<Void> caller : callers) {
      caller.get(50, TimeUnit.SECONDS);
    }

    int made = hosting.threadsMade.get() - before;
    System.out.printf(
        "%d exchanges by 2 callers: %d threads made, %d ns CPU an exchange%n",
        2 * each, made, (cpuNanos() - cpu) / (2 * each));
    assertThat(made).isLessThan(5);
  }

  private void exchangeWhole() {
    ProxyResponse response =
        Hosting.await(hosting.handle.exchange(ProxyRequest.builder("GET", "/").build()));
    response.body().subscribe(new Reader(Long.MAX_VALUE));
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  @Test
  void bodiesTrailersAndInformationPassBothWays() throws Exception {
    one.onExchange =
        request -> {
          request.informationalListener().informational(103, Headers.of("link", "</a.css>"));
          return CompletableFuture.completedStage(
              ProxyResponse.builder(200)
                  .headers(Headers.of("x-target", request.target()))
                  .body(request.body())
                  .trailers(request.trailers())
                  .build());
        };
    hosting.arrive(one, "1.0.0");
    List<Integer> information = new CopyOnWriteArrayList<>();
    Body upload = new Body("he", "llo");
    ProxyResponse response =
        Hosting.await(
            hosting.handle.exchange(
                ProxyRequest.builder("POST", "/echo?x=1")
                    .body(upload)
                    .trailers(CompletableFuture.completedStage(Headers.of("sum", "5")))
                    .informationalListener((status, headers) -> information.add(status))
                    .build()));
    Reader reader = new Reader(Long.MAX_VALUE);
    response.body().subscribe(reader);
    await().until(() -> reader.completed);
    assertThat(reader.text()).isEqualTo("hello");
    assertThat(response.headers().text("x-target")).contains("/echo?x=1");
    assertThat(Hosting.await(response.trailers()).text("sum")).contains("5");
    assertThat(information).containsExactly(103);
  }

  @Test
  void aPluginSeesWhetherThereIsABody() {
    List<Boolean> bodies = new CopyOnWriteArrayList<>();
    one.onExchange =
        request -> {
          bodies.add(request.hasBody());
          return CompletableFuture.completedStage(ProxyResponse.builder(200).build());
        };
    hosting.arrive(one, "1.0.0");
    Hosting.await(hosting.handle.exchange(get()));
    Hosting.await(
        hosting.handle.exchange(ProxyRequest.builder("POST", "/").body(new Body("x")).build()));
    assertThat(bodies).containsExactly(false, true);
  }

  @Test
  void anExchangeWaitsForItsBundle() {
    CompletionStage<ProxyResponse> response = hosting.apply().handle.exchange(get());
    hosting.arrive(one, "1.0.0");
    assertThat(Hosting.await(response).status()).isEqualTo(200);
  }

  @Test
  void waitingIsBoundedInTimeAndNumber() {
    hosting.with(
        new RuntimeSettings(
            Duration.ofMillis(100), Duration.ZERO, 0, 1, 1 << 20, Duration.ofMillis(300)));
    CompletionStage<ProxyResponse> first = hosting.handle.exchange(get());
    assertThat(error(hosting.handle.exchange(get())).code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(error(first).code()).isEqualTo(ErrorCode.TIMEOUT);
  }

  @Test
  void aClientThatGoesWhileItsExchangeWaitsIsForgotten() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    CompletionStage<ProxyResponse> response =
        hosting.apply().handle.exchange(ProxyRequest.builder("GET", "/").aborted(gone).build());
    gone.complete(null);
    assertThat(error(response).code()).isEqualTo(ErrorCode.CLIENT_ABORTED);
  }

  @Test
  void thePluginHearsThatTheClientHasGone() {
    CompletableFuture<Boolean> heard = new CompletableFuture<>();
    one.onExchange =
        request -> {
          request.aborted().thenRun(() -> heard.complete(true));
          return new CompletableFuture<>();
        };
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletableFuture<Void> gone = new CompletableFuture<>();
    hosting.handle.exchange(ProxyRequest.builder("GET", "/").aborted(gone).build());
    gone.complete(null);
    assertThat(Hosting.await(heard)).isTrue();
  }

  @Test
  void anErrorIsCopied() {
    one.onExchange =
        request ->
            CompletableFuture.failedStage(
                new FakeException(ErrorCode.CONNECTION_REFUSED, "no listener"));
    hosting.arrive(one, "1.0.0");
    EndpointException error = error(hosting.handle.exchange(get()));
    assertThat(error).isNotInstanceOf(FakeException.class).hasMessage("no listener");
    assertThat(error.code()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
  }

  @Test
  void whateverThePluginThrowsFailsTheExchange() {
    one.onExchange =
        request -> {
          throw new NoClassDefFoundError("com/acme/Http");
        };
    hosting.arrive(one, "1.0.0");
    assertThat(error(hosting.handle.exchange(get())).code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void aDisabledModeFails() {
    hosting.configure(Map.of("modes", List.of("PUBLISH"))).arrive(one, "1.0.0");
    assertThat(error(hosting.handle.exchange(get())).code()).isEqualTo(ErrorCode.MODE_DISABLED);
  }

  @Test
  void anExchangeMayFinishDuringTheDrain() {
    CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
    one.onExchange = request -> answer;
    one.onStop =
        () -> {
          answer.get(5, TimeUnit.SECONDS);
          return null;
        };
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletionStage<ProxyResponse> response = hosting.handle.exchange(get());
    hosting.arrive(two, "1.1.0").awaitState(EndpointState.DRAINING);
    CompletionStage<ProxyResponse> next = hosting.handle.exchange(get());
    answer.complete(ProxyResponse.builder(204).build());
    assertThat(Hosting.await(response).status()).isEqualTo(204);
    assertThat(Hosting.await(next).status()).isEqualTo(200);
  }

  @Test
  void whatIsOpenAfterTheDrainFailsOnBothSides() {
    Body download = new Body("never", "ending").endless();
    one.onExchange =
        request -> {
          request.body().subscribe(new Reader(1));
          return CompletableFuture.completedStage(
              ProxyResponse.builder(200)
                  .body(download)
                  .trailers(new CompletableFuture<>())
                  .build());
        };
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    Body upload = new Body("a", "b").endless();
    ProxyResponse response =
        Hosting.await(
            hosting.handle.exchange(ProxyRequest.builder("POST", "/").body(upload).build()));
    Reader reader = new Reader(1);
    response.body().subscribe(reader);
    await().until(() -> reader.text().equals("never"));
    hosting.arrive(two, "1.1.0");
    await().until(() -> reader.error != null);
    assertThat(((EndpointException) reader.error).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    await().until(() -> upload.cancelled && download.cancelled);
    assertThat(error(response.trailers().thenApply(t -> null))).isNotNull();
  }

  @Test
  void anExchangeWithoutAnAnswerFailsAfterTheDrain() {
    one.onExchange = request -> new CompletableFuture<>();
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletionStage<ProxyResponse> response = hosting.handle.exchange(get());
    hosting.arrive(two, "1.1.0");
    EndpointException error = error(response);
    assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(error.isRetryable()).isTrue();
  }

  @Test
  void whatAStoppingPluginHasNotTouchedGoesToTheNext() {
    CompletableFuture<ProxyResponse> refusal = new CompletableFuture<>();
    one.onExchange = request -> refusal;
    one.onStop =
        () ->
            refusal.completeExceptionally(new FakeException(ErrorCode.ENDPOINT_STOPPED, "no more"));
    hosting.arrive(one, "1.0.0").awaitState(EndpointState.UP);
    CompletionStage<ProxyResponse> response = hosting.handle.exchange(get());
    hosting.arrive(two, "1.1.0");
    assertThat(Hosting.await(response).status()).isEqualTo(200);
  }

  @Test
  void cancellingTheResponseReachesThePlugin() {
    Body download = new Body("a", "b", "c").endless();
    one.onExchange =
        request ->
            CompletableFuture.completedStage(ProxyResponse.builder(200).body(download).build());
    hosting.arrive(one, "1.0.0");
    ProxyResponse response = Hosting.await(hosting.handle.exchange(get()));
    Reader reader = new Reader(1);
    response.body().subscribe(reader);
    await().until(() -> reader.subscription != null);
    reader.subscription.cancel();
    await().until(() -> download.cancelled);
  }

  @Test
  void aBodyIsReadOnce() {
    one.onExchange =
        request ->
            CompletableFuture.completedStage(
                ProxyResponse.builder(200).body(new Body("a")).build());
    hosting.arrive(one, "1.0.0");
    ProxyResponse response = Hosting.await(hosting.handle.exchange(get()));
    Reader first = new Reader(1);
    response.body().subscribe(first);
    Reader second = new Reader(1);
    response.body().subscribe(second);
    assertThat(second.error).isInstanceOf(EndpointException.class);
    await().until(() -> first.completed);
  }

  @Test
  void aTunnelPassesBothWays() {
    one.onExchange =
        request ->
            CompletableFuture.completedStage(
                ProxyResponse.builder(101).body(request.tunnel().orElseThrow()).build());
    hosting.arrive(one, "1.0.0");
    ProxyResponse response =
        Hosting.await(
            hosting.handle.exchange(
                ProxyRequest.builder("GET", "/ws").tunnel(new Body("ping")).build()));
    assertThat(response.isUpgraded()).isTrue();
    Reader reader = new Reader(Long.MAX_VALUE);
    response.body().subscribe(reader);
    await().until(() -> reader.completed);
    assertThat(reader.text()).isEqualTo("ping");
  }

  private static ProxyRequest get() {
    return ProxyRequest.builder("GET", "/").build();
  }

  private static EndpointException error(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
      throw new AssertionError("no error");
    } catch (ExecutionException e) {
      return (EndpointException) e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A body of chunks, each given on demand. */
  private static final class Body implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    volatile boolean cancelled;
    private final String[] chunks;
    private boolean endless;
    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private long demand;
    private int next;
    private boolean sending;

    Body(String... chunks) {
      this.chunks = chunks;
    }

    Body endless() {
      endless = true;
      return this;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> offered) {
      subscriber = offered;
      offered.onSubscribe(this);
    }

    @Override
    public void request(long n) {
      demand += n;
      if (sending) {
        return;
      }
      sending = true;
      while (demand > 0 && next < chunks.length && !cancelled) {
        demand--;
        subscriber.onNext(ByteBuffer.wrap(chunks[next++].getBytes(StandardCharsets.UTF_8)));
      }
      sending = false;
      if (next == chunks.length && !endless && !cancelled) {
        next++;
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private static final class Reader implements Flow.Subscriber<ByteBuffer> {

    volatile Flow.Subscription subscription;
    volatile boolean completed;
    volatile Throwable error;
    private final StringBuffer text = new StringBuffer();
    private final long demand;

    Reader(long demand) {
      this.demand = demand;
    }

    String text() {
      return text.toString();
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      subscription = offered;
      offered.request(demand);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      text.append(StandardCharsets.UTF_8.decode(bytes));
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
