/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
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
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.schema.EndpointSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaPublisherTest {

  private static final EndpointSchema SCHEMA =
      EndpointSchema.ofResource(KafkaEndpointFactory.class, "kafka");

  private final SharedWorkers workers = SharedWorkers.of("test", KafkaPublisherTest.class);
  private final EndpointThreads threads =
      EndpointThreads.of("test", "orders", ContextClassLoader.of(KafkaPublisherTest.class));
  private final KafkaSettings settings = settings();
  private final BlockingQueue<Producer<byte[], byte[]>> clients = new LinkedBlockingQueue<>();
  private volatile Throwable hindrance =
      new ConfigException("No resolvable bootstrap urls given in bootstrap.servers");
  private final KafkaPublisher publisher =
      new KafkaPublisher(
          "orders",
          settings,
          new KafkaClients("orders", settings) {
            @Override
            Producer<byte[], byte[]> producer() {
              Producer<byte[], byte[]> next = clients.poll();
              if (next == null) {
                throw new KafkaException("Failed to construct kafka producer", hindrance);
              }
              return next;
            }

            @Override
            Consumer<byte[], byte[]> scout() {
              throw new AssertionError("a client asks for the topic of the configuration");
            }
          },
          threads,
          workers,
          new EndpointMeter(),
          () -> null,
          Optional::empty,
          error -> {});

  @AfterEach
  void end() {
    join(publisher.close());
    assertThat(threads.joinAll(Duration.ofSeconds(20))).isTrue();
    workers.close();
  }

  @Test
  void theNextClientSendsWhatTheFormerHasNotConfirmedAndThenTheRest() {
    MockProducer<byte[], byte[]> former = client();
    MockProducer<byte[], byte[]> next = client();
    clients.addAll(List.of(former, next));
    publisher.open();
    CompletionStage<Receipt> confirmed = send("0");
    List<CompletionStage<Receipt>> lost = List.of(send("1"), send("2"), send("3"));
    eventually().until(() -> former.history().size() == 4);
    former.completeNext();
    join(confirmed).orThrow();

    former.errorNext(new ClusterAuthorizationException("no idempotent writes"));

    eventually().until(() -> next.history().size() == 3);
    assertThat(former.closed()).isTrue();
    assertThat(publisher.trouble()).hasValue("the producer cannot work: no idempotent writes");
    CompletionStage<Receipt> last = send("4");
    eventually().until(() -> next.history().size() == 4);
    assertThat(next.history())
        .extracting(record -> new String(record.value()))
        .containsExactly("1", "2", "3", "4");
    while (next.completeNext()) {
      assertThat(publisher.trouble()).isEmpty();
    }
    lost.forEach(receipt -> join(receipt).orThrow());
    join(last).orThrow();
  }

  @Test
  void aClientThatIsBrokenWhenItIsAskedIsReplaced() {
    MockProducer<byte[], byte[]> broken = client();
    broken.sendException =
        new KafkaException("Cannot execute transactional method because we are in an error state");
    MockProducer<byte[], byte[]> next = client();
    clients.addAll(List.of(broken, next));
    publisher.open();

    CompletionStage<Receipt> receipt = send("x");

    eventually().until(next::completeNext);
    join(receipt).orThrow();
    assertThat(broken.closed()).isTrue();
  }

  @Test
  void aRecordWaitsWhenTheClientForgetsItsTopicMeanwhile() {
    AtomicInteger attempts = new AtomicInteger();
    MockProducer<byte[], byte[]> forgetful =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (attempts.incrementAndGet() <= 3) {
              throw KafkaErrorsTest.forgottenTopic();
            }
            return super.send(record, callback);
          }
        };
    clients.add(forgetful);
    publisher.open();

    List<CompletionStage<Receipt>> receipts = List.of(send("1"), send("2"));

    eventually().until(() -> forgetful.history().size() == 2);
    assertThat(forgetful.history())
        .extracting(record -> new String(record.value()))
        .containsExactly("1", "2");
    while (forgetful.completeNext()) {}
    receipts.forEach(receipt -> join(receipt).orThrow());
    assertThat(forgetful.closed()).isFalse();
  }

  @Test
  void aClientThatCannotBeMadeIsATroubleUntilItIs() {
    publisher.open();
    eventually().until(() -> publisher.trouble().isPresent());
    assertThat(publisher.trouble().orElseThrow()).contains("cannot be made");

    clients.add(client());

    eventually().until(() -> publisher.trouble().isEmpty());
  }

  @Test
  void aLackOfFilesIsNoReasonToGiveUp() {
    hindrance = new KafkaException(new IOException("Too many open files"));

    aClientThatCannotBeMadeIsATroubleUntilItIs();
  }

  @Test
  void aMessageForAPartitionNeedsTheProducerOnly() {
    MockProducer<byte[], byte[]> client = client();
    clients.add(client);
    publisher.open();
    Message message = Message.of("x").toBuilder().attribute("kafka.partition", 0).build();

    CompletionStage<Receipt> receipt = publisher.sender(List.of("t"), Qos.AUTO).send(message);

    eventually().until(client::completeNext);
    join(receipt).orThrow();
  }

  @Test
  void anErrorRejectsWhatIsUnderWayAndNothingElse() {
    AtomicBoolean full = new AtomicBoolean(true);
    MockProducer<byte[], byte[]> client =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (full.get()) {
              throw new OutOfMemoryError("thrown by a test");
            }
            return super.send(record, callback);
          }
        };
    clients.add(client);
    publisher.open();

    assertThat(join(send("x")).error()).map(EndpointException::code).contains(ErrorCode.INTERNAL);

    full.set(false);
    CompletionStage<Receipt> next = send("y");
    eventually().until(client::completeNext);
    join(next).orThrow();
  }

  /** A record that is given twice counts once, so that the other one is not forgotten. */
  @Test
  void aMessageIsPublishedWhenAClientHasTakenItForEveryTopic() {
    AtomicBoolean ready = new AtomicBoolean();
    MockProducer<byte[], byte[]> client =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (record.topic().equals("late") && !ready.get()) {
              throw new TimeoutException("no metadata yet");
            }
            return super.send(record, callback);
          }
        };
    clients.add(client);
    publisher.open();
    CompletionStage<Receipt> receipt =
        publisher.sender(List.of("early", "late"), Qos.NONE).send(Message.of("x"));
    eventually().until(() -> client.history().size() == 1);

    client.errorNext(ofAnotherRecord());
    eventually().until(() -> client.history().size() == 2);
    assertThat(receipt.toCompletableFuture()).isNotDone();
    ready.set(true);

    eventually().until(() -> client.history().size() == 3);
    join(receipt).orThrow();
  }

  /** As the client puts it, for the records of a batch that were in order. */
  private static KafkaException ofAnotherRecord() {
    KafkaException failure =
        new KafkaException(
            "Failed to append record because it was part of a batch which had one more more"
                + " invalid records");
    assertThat(KafkaErrors.isOfAnotherRecord(failure)).isTrue();
    return failure;
  }

  private CompletionStage<Receipt> send(String text) {
    return publisher.sender(List.of("t"), Qos.AUTO).send(Message.of(text));
  }

  private static MockProducer<byte[], byte[]> client() {
    return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaSettings settings() {
    Map<String, Object> properties = new HashMap<>(publishing("cluster.example:9092", "t"));
    properties.put("reconnect.initialDelay", 10);
    properties.put("reconnect.maxDelay", 20);
    return KafkaSettings.of(SCHEMA.settings(EndpointConfiguration.of("orders", properties)));
  }
}
