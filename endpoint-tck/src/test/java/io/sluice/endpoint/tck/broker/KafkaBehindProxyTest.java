/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.tck.broker.FaultProxy.Direction;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults that hit Kafka's clients, who are told to come to the proxy and nowhere else. */
@Timeout(120)
class KafkaBehindProxyTest {

  private static final String TOPIC = "proxied";

  private static FaultProxy proxy;
  private static KafkaBroker broker;

  private Producer<String, String> producer;

  @BeforeAll
  static void start() {
    proxy = FaultProxy.toFreePort();
    broker = KafkaBroker.builder().behind(proxy).start();
  }

  @AfterAll
  static void close() {
    broker.close();
    proxy.close();
  }

  @BeforeEach
  void connect() throws Exception {
    producer = new KafkaClients(broker.bootstrapServers()).producer(Duration.ofSeconds(30));
    send().get(30, SECONDS);
  }

  @AfterEach
  void disconnect() {
    proxy.restore();
    producer.close(Duration.ZERO);
  }

  @Test
  void clientsStayOnTheProxy() {
    assertThat(broker.bootstrapServers()).isEqualTo(proxy.address());
    assertThat(proxy.connections()).isPositive();
  }

  @Test
  void resetIsSurvived() throws Exception {
    proxy.reset();
    assertThat(proxy.connections()).isZero();

    send().get(30, SECONDS);
  }

  @Test
  void refusalKeepsClientsOutButNotTheTest() throws Exception {
    proxy.refuse();
    Future<RecordMetadata> refused = send();

    assertThatThrownBy(() -> refused.get(1, SECONDS)).isInstanceOf(TimeoutException.class);
    new KafkaClients(broker.internalServers()).send(TOPIC, "round the proxy");
    proxy.restore();
    refused.get(30, SECONDS);
  }

  @Test
  void frameCutInTheMiddleIsSentAgain() throws Exception {
    proxy.cutAfter(Direction.TO_SERVER, 20);
    Future<RecordMetadata> cut = send();

    cut.get(30, SECONDS);
    await().until(() -> proxy.connections() > 0);
  }

  private Future<RecordMetadata> send() {
    return producer.send(new ProducerRecord<>(TOPIC, "value"));
  }
}
