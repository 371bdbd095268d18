/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/** Answers the exchanges of a {@link MemoryEndpoint}, on the threads that bring them. */
final class MemoryExchanges {

  private static final ByteBuffer OK = ByteBuffer.wrap(new byte[] {'o', 'k'});

  private final MemorySettings settings;
  private final Bug bug;
  private final AtomicLong answered;
  private final AtomicLong failed;
  private final Set<CompletableFuture<ProxyResponse>> waiting = ConcurrentHashMap.newKeySet();
  private final Set<Object> underWay = ConcurrentHashMap.newKeySet();

  MemoryExchanges(MemorySettings settings, Bug bug, AtomicLong answered, AtomicLong failed) {
    this.settings = settings;
    this.bug = bug;
    this.answered = answered;
    this.failed = failed;
  }

  int underWay() {
    return underWay.size();
  }

  CompletionStage<ProxyResponse> begin(ProxyRequest request) {
    CompletableFuture<ProxyResponse> response = new CompletableFuture<>();
    underWay.add(response);
    if (isLate()) {
      waiting.add(response);
      if (bug != Bug.IGNORES_ABORT) {
        request
            .aborted()
            .thenRun(() -> abandon(response, ErrorCode.CLIENT_ABORTED, "nobody waits any more"));
      }
    } else if (settings.flag("exchange.echo") || bug == Bug.WAITS_FOR_REQUEST) {
      request.body().subscribe(new Echo(response, request.trailers()));
    } else if (settings.isIn(Situation.BREAKS_OFF_AFTER_HEAD)) {
      response.complete(ProxyResponse.builder(200).body(brokenBody(response)).build());
    } else if (settings.isIn(Situation.UPGRADES) && bug != Bug.IGNORES_UPGRADE) {
      response.complete(ProxyResponse.builder(101).body(tunnel(request, response)).build());
    } else {
      announce(request);
      response.complete(answer(response, List.of(OK.duplicate())));
    }
    return response;
  }

  private boolean isLate() {
    return settings.flag("exchange.late")
        || settings.isIn(Situation.FREEZES)
        || settings.isIn(Situation.NEVER_ANSWERS)
        || settings.isIn(Situation.RESOLVES_LATE);
  }

  void stop(EndpointException error) {
    waiting.forEach(response -> abandon(response, error.code(), error.getMessage()));
    underWay.clear();
  }

  private void abandon(CompletableFuture<ProxyResponse> response, ErrorCode code, String why) {
    waiting.remove(response);
    underWay.remove(response);
    response.completeExceptionally(new EndpointException(code, why));
  }

  private void announce(ProxyRequest request) {
    if (settings.isIn(Situation.SENDS_INFORMATIONAL) && bug != Bug.SWALLOWS_INFORMATIONAL) {
      request.informationalListener().informational(103, Headers.of("link", "</style.css>"));
    }
  }

  private Flow.Publisher<ByteBuffer> brokenBody(Object exchange) {
    List<ByteBuffer> begin = List.of(OK.duplicate());
    ListPublisher<ByteBuffer> body =
        bug == Bug.BROKEN_RESPONSE_IS_WHOLE
            ? ListPublisher.of(begin)
            : ListPublisher.failing(
                begin, new EndpointException(ErrorCode.UPSTREAM_RESET, "the server broke off"));
    return subscriber -> body.subscribe(new Watching(exchange, subscriber));
  }

  private Flow.Publisher<ByteBuffer> tunnel(ProxyRequest request, Object exchange) {
    Flow.Publisher<ByteBuffer> bytes =
        bug == Bug.CORRUPTS_TUNNEL ? ListPublisher.of(List.of()) : request.tunnel().orElseThrow();
    return subscriber -> bytes.subscribe(new Watching(exchange, subscriber));
  }

  private ProxyResponse.Builder answering(Object exchange, List<ByteBuffer> body) {
    return ProxyResponse.builder(200)
        .body(subscriber -> ListPublisher.of(body).subscribe(new Watching(exchange, subscriber)));
  }

  private ProxyResponse answer(Object exchange, List<ByteBuffer> body) {
    return answering(exchange, body).build();
  }

  /** Reads the whole body and answers with it. */
  private final class Echo implements Flow.Subscriber<ByteBuffer> {

    private final CompletableFuture<ProxyResponse> response;
    private final CompletionStage<Headers> trailers;
    private final List<ByteBuffer> body = new ArrayList<>();

    Echo(CompletableFuture<ProxyResponse> response, CompletionStage<Headers> trailers) {
      this.response = response;
      this.trailers = trailers;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer buffer) {
      boolean dropped = bug == Bug.CORRUPTS_BODY && body.size() == 3;
      body.add(dropped ? ByteBuffer.allocate(buffer.remaining()) : buffer);
    }

    @Override
    public void onError(Throwable error) {
      if (bug == Bug.BROKEN_BODY_IS_WHOLE) {
        onComplete();
      } else {
        abandon(response, ErrorCode.CLIENT_ABORTED, "the request's body broke off");
      }
    }

    @Override
    public void onComplete() {
      ProxyResponse.Builder answer = answering(response, body);
      response.complete(
          bug == Bug.DROPS_TRAILERS ? answer.build() : answer.trailers(trailers).build());
    }
  }

  /** Notices the end of a response. */
  private final class Watching implements Flow.Subscriber<ByteBuffer> {

    private final Object exchange;
    private final Flow.Subscriber<? super ByteBuffer> subscriber;

    Watching(Object exchange, Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.exchange = exchange;
      this.subscriber = subscriber;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long count) {
              subscription.request(count);
            }

            @Override
            public void cancel() {
              subscription.cancel();
              if (bug != Bug.CANCEL_LEAVES_EXCHANGE) {
                underWay.remove(exchange);
              }
            }
          });
      if (bug == Bug.BODY_UNASKED) {
        subscription.request(1);
      }
    }

    @Override
    public void onNext(ByteBuffer buffer) {
      subscriber.onNext(buffer);
    }

    @Override
    public void onError(Throwable error) {
      underWay.remove(exchange);
      failed.incrementAndGet();
      subscriber.onError(error);
    }

    @Override
    public void onComplete() {
      underWay.remove(exchange);
      answered.incrementAndGet();
      if (bug != Bug.BODY_WITHOUT_END) {
        subscriber.onComplete();
      }
    }
  }
}
