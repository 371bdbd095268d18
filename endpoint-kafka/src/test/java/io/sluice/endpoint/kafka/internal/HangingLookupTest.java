/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.publishing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.schema.EndpointSchema;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The look-up of a name does not come back: no receipt and no end waits for it. */
class HangingLookupTest {

  private static final EndpointSchema SCHEMA =
      EndpointSchema.ofResource(KafkaEndpointFactory.class, "kafka");

  private final SharedWorkers workers = SharedWorkers.of("test", HangingLookupTest.class);
  private final EndpointThreads threads =
      EndpointThreads.of("test", "orders", ContextClassLoader.of(HangingLookupTest.class));
  private final EndpointMeter meter = new EndpointMeter();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch answer = new CountDownLatch(1);

  @AfterEach
  void end() {
    answer.countDown();
    assertThat(threads.joinAll(Duration.ofSeconds(20))).isTrue();
    workers.close();
  }

  @Test
  void messagesHaveTheirReceiptsWhileTheClientCannotBeMade() throws Exception {
    MockProducer<byte[], byte[]> late = new MockProducer<>();
    KafkaPublisher publisher = publisher(late);
    publisher.open();
    hanging.await();

    List<CompletionStage<Receipt>> receipts =
        List.of(send(publisher, "1"), send(publisher, "2"), send(publisher, "3"));

    for (CompletionStage<Receipt> receipt : receipts) {
      EndpointException error = get(receipt).error().orElseThrow();
      assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(error)
          .hasMessage(
              "no broker confirmed the message within producer.timeout, 500 ms: no name server");
    }
    get(publisher.close());
  }

  @Test
  void aClientThatIsMadeTooLateIsClosed() throws Exception {
    MockProducer<byte[], byte[]> late = new MockProducer<>();
    KafkaPublisher publisher = publisher(late);
    publisher.open();
    hanging.await();
    CompletionStage<Receipt> receipt = send(publisher, "x");

    get(publisher.close());

    assertThat(get(receipt).error())
        .map(EndpointException::code)
        .contains(ErrorCode.ENDPOINT_STOPPED);
    assertThat(late.closed()).isFalse();
    answer.countDown();
    eventually().until(late::closed);
    assertThat(late.history()).isEmpty();
  }

  @Test
  void aConnectionEndsWhileItLooksUpAName() throws Exception {
    EndpointLifecycle lifecycle = new EndpointLifecycle("orders", workers, meter);
    KafkaSettings settings = settings();
    KafkaConnection connection =
        new KafkaConnection(
            settings,
            new KafkaClients("orders", settings) {
              @Override
              Admin admin() {
                throw new AssertionError("a client is made after the end");
              }
            },
            threads,
            workers,
            lifecycle,
            meter,
            host -> {
              awaitAnswer();
              throw new UnknownHostException(host);
            },
            error -> {});
    connection.open();
    hanging.await();

    get(connection.close());

    answer.countDown();
    assertThat(threads.joinAll(Duration.ofSeconds(20))).isTrue();
    assertThat(lifecycle.status().lastError()).isEmpty();
  }

  private KafkaPublisher publisher(Producer<byte[], byte[]> client) {
    KafkaSettings settings = settings();
    return new KafkaPublisher(
        "orders",
        settings,
        new KafkaClients("orders", settings) {
          @Override
          Producer<byte[], byte[]> producer() {
            awaitAnswer();
            return client;
          }
        },
        threads,
        workers,
        meter,
        () -> null,
        () -> Optional.of("no name server"),
        error -> {});
  }

  private void awaitAnswer() {
    hanging.countDown();
    try {
      answer.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static CompletionStage<Receipt> send(KafkaPublisher publisher, String text) {
    return publisher.sender(List.of("t"), Qos.AUTO).send(Message.of(text));
  }

  private static KafkaSettings settings() {
    Map<String, Object> properties = new HashMap<>(publishing("cluster.example:9092", "t"));
    properties.put("producer.timeout", 500);
    return KafkaSettings.of(SCHEMA.settings(EndpointConfiguration.of("orders", properties)));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
