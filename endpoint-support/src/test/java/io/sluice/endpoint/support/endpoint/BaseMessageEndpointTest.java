/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.endpoint;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BaseMessageEndpointTest {

  private final SharedWorkers workers = SharedWorkers.of("test", BaseMessageEndpointTest.class);
  private final Set<Endpoint> present = ConcurrentHashMap.newKeySet();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final EchoEndpoint endpoint = new EchoEndpoint(Set.of(Mode.CONSUME, Mode.PUBLISH));

  @AfterEach
  void endWorkers() {
    workers.close();
  }

  @Test
  void itIsFoundWhileItMayHaveResources() {
    assertThat(present).isEmpty();
    endpoint.prepare();
    assertThat(present).containsExactly(endpoint);
    endpoint.start();
    endpoint.handOver(Duration.ofSeconds(1));

    assertThat(present).isEmpty();
    assertThat(events).containsExactly("prepare", "open", "release PT1S for a successor");
    assertThat(endpoint).hasToString("EchoEndpoint[echo]");
  }

  /** The factory would hold it for ever: nothing ends it a second time. */
  @Test
  void aStopThatOvertakesThePreparationLeavesNothing() {
    AtomicReference<EchoEndpoint> stopped = new AtomicReference<>();
    Set<Endpoint> late =
        new HashSet<>() {
          @Override
          public boolean add(Endpoint added) {
            stopped.get().stop(Duration.ZERO); // between the decision to prepare and its beginning
            return super.add(added);
          }
        };
    stopped.set(new EchoEndpoint(Set.of(Mode.CONSUME), late));

    stopped.get().prepare();

    assertThat(late).isEmpty();
    assertThat(events).containsExactly("release PT0S");
  }

  @Test
  void closingEndsWithoutASuccessor() {
    endpoint.start();

    endpoint.close();

    assertThat(events).containsExactly("open", "release PT0S");
    assertThat(endpoint.status().state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void aSubscriptionBeforeTheStartIsRefused() {
    Recorder<Delivery> recorder = new Recorder<>();

    endpoint.consume(ConsumeRequest.of(Qos.AUTO)).subscribe(recorder);

    assertThat(recorder.code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void theStatusNamesASubscriberThatBlocksForTenSeconds() {
    CountDownLatch release = new CountDownLatch(1);
    endpoint.start();

    endpoint
        .consume(ConsumeRequest.builder().clientId("slow").build())
        .subscribe(
            new Recorder<>() {
              @Override
              public void onError(Throwable failure) {
                awaitQuietly(release);
              }
            });

    eventually()
        .atMost(Duration.ofSeconds(30))
        .until(() -> endpoint.status().reason().contains("the subscriber of client id 'slow'"));
    assertThat(endpoint.status().state()).isEqualTo(EndpointState.DEGRADED);
    release.countDown();
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aModeThatIsNotEnabledIsRefused() {
    EchoEndpoint publishing = new EchoEndpoint(Set.of(Mode.PUBLISH));
    publishing.start();
    Recorder<Delivery> recorder = new Recorder<>();

    publishing.consume(ConsumeRequest.of(Qos.AUTO)).subscribe(recorder);

    assertThat(recorder.error)
        .hasMessage("endpoint 'echo' does not consume: its configuration does not enable it");
  }

  @Test
  void aRequestThatCannotBeServedEndsItsSubscriptionOrItsPublisher() {
    endpoint.start();
    Recorder<Delivery> deliveries = new Recorder<>();
    Recorder<Receipt> receipts = new Recorder<>();

    endpoint
        .consume(ConsumeRequest.builder().qos(Qos.AUTO).override("x", 1).build())
        .subscribe(deliveries);
    endpoint
        .publisher(PublishRequest.builder().qos(Qos.AUTO).override("x", 1).build())
        .subscribe(receipts);

    eventually().until(() -> deliveries.error != null && receipts.error != null);
    assertThat(deliveries.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(receipts.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
  }

  @Test
  void receiptsOfSingleMessagesComeOnAWorker() throws Exception {
    endpoint.start();

    String thread =
        endpoint
            .publish(Message.of("x"))
            .thenApply(receipt -> Thread.currentThread().getName())
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);

    assertThat(thread).isNotNull();
    assertThat(events).contains("sent x");
  }

  private final class EchoEndpoint extends BaseMessageEndpoint {

    private final MessageSender single =
        single(sender(PublishRequest.builder().qos(Qos.AUTO).build()));

    EchoEndpoint(Set<Mode> modes) {
      this(modes, present);
    }

    EchoEndpoint(Set<Mode> modes, Set<Endpoint> present) {
      super("echo", modes, new InFlightLimits(10, 1_000, Duration.ofSeconds(1)), workers, present);
    }

    @Override
    protected CompletionStage<Void> prepareClients() {
      events.add("prepare");
      return CompletableFuture.completedFuture(null);
    }

    @Override
    protected CompletionStage<Void> open() {
      events.add("open");
      lifecycle().up();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    protected CompletionStage<Void> drainAndRelease(Duration drain, boolean successor) {
      events.add("release " + drain + (successor ? " for a successor" : ""));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    protected DeliverySource source(ConsumeRequest request, DeliverySubscription subscription) {
      throw new EndpointException(ErrorCode.REQUEST_INVALID, "no override of x");
    }

    @Override
    protected MessageSender sender(PublishRequest request) {
      if (!request.overrides().isEmpty()) {
        throw new EndpointException(ErrorCode.REQUEST_INVALID, "no override of x");
      }
      return message -> {
        events.add("sent " + message.text());
        return CompletableFuture.completedStage(Receipt.confirmed(message, Attributes.empty()));
      };
    }

    @Override
    public CompletionStage<Receipt> publish(Message message) {
      return single.send(message);
    }
  }

  private static class Recorder<T> implements Flow.Subscriber<T> {

    private volatile Throwable error;

    ErrorCode code() {
      return ((EndpointException) error).code();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(T item) {}

    @Override
    public void onError(Throwable failure) {
      error = failure;
    }

    @Override
    public void onComplete() {}
  }
}
