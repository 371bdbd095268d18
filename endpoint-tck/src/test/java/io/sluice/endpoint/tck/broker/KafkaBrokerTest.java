/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be done to a broker, as clients see it. */
@Timeout(120)
class KafkaBrokerTest {

  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  private static KafkaBroker broker;
  private static KafkaClients clients;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.builder().set("message.max.bytes", 5000).start();
    clients = new KafkaClients(broker.bootstrapServers());
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void keepsPortAndDataOverStop() throws Exception {
    clients.send("stop", "one");
    broker.stop();
    assertThat(broker.isRunning()).isFalse();

    broker.start();

    assertThat(broker.isRunning()).isTrue();
    clients.send("stop", "two");
    assertThat(clients.values("stop", 2)).containsExactly("one", "two");
  }

  @Test
  void keepsPortAndDataOverKill() throws Exception {
    clients.send("kill", "one");
    broker.kill();
    assertThat(broker.isRunning()).isFalse();

    broker.start();

    assertThat(clients.values("kill", 1)).containsExactly("one");
  }

  @Test
  void answersNothingWhileFrozen() throws Exception {
    try (Producer<String, String> producer = clients.producer(Duration.ofSeconds(60))) {
      send(producer, "freeze", "one").get(30, SECONDS);
      broker.freeze();
      assertThat(broker.isRunning()).isTrue();
      Future<RecordMetadata> second = send(producer, "freeze", "two");
      assertThatThrownBy(() -> second.get(1, SECONDS)).isInstanceOf(TimeoutException.class);

      broker.thaw();

      second.get(30, SECONDS);
    }
  }

  @Test
  void takesServerProperties() {
    assertThatThrownBy(() -> clients.send("large", "x".repeat(6000)))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("larger than the max message size");
  }

  @Test
  void startsOnlyOnce() {
    assertThatThrownBy(broker::start).isInstanceOf(IllegalStateException.class);
    assertThat(broker.isRunning()).isTrue();
  }

  @Test
  void asksClientsForPasswords() throws Exception {
    try (KafkaBroker guarded =
        KafkaBroker.builder()
            .protocol("SASL_PLAINTEXT")
            .set("sasl.enabled.mechanisms", "SCRAM-SHA-256")
            .set("listener.name.clients.scram-sha-256.sasl.jaas.config", SCRAM + ";")
            .scram("SCRAM-SHA-256=[name=bob,password=secret]")
            .start()) {
      login(guarded, "secret").send("guarded", "one");
      assertThatThrownBy(() -> login(guarded, "wrong").send("guarded", "two"))
          .hasCauseInstanceOf(SaslAuthenticationException.class);
      assertThat(new KafkaClients(guarded.internalServers()).values("guarded", 1))
          .containsExactly("one");
    }
  }

  private static KafkaClients login(KafkaBroker guarded, String password) {
    return new KafkaClients(
        guarded.bootstrapServers(),
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "SCRAM-SHA-256",
            "sasl.jaas.config",
            SCRAM + " username=bob password=" + password + ";"));
  }

  @Test
  void quotesTheBrokerThatDoesNotStart() {
    assertThatThrownBy(() -> KafkaBroker.builder().set("log.dirs", "").start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exit code 1")
        .hasMessageContaining("log.dirs");
  }

  @Test
  void endsFrozenBroker() {
    KafkaBroker frozen = KafkaBroker.builder().start();
    frozen.freeze();

    frozen.close();
    frozen.close();

    assertThat(frozen.isRunning()).isFalse();
  }

  private static Future<RecordMetadata> send(
      Producer<String, String> producer, String topic, String value) {
    return producer.send(new ProducerRecord<>(topic, value));
  }
}
