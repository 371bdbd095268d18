/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What can be done to any broker of AMQP, as clients see it. */
abstract class AmqpBrokerContract<B extends ForkedBroker & AmqpBroker> {

  /** A broker that all tests of the class share, and that runs. */
  abstract B broker();

  /** Another broker, behind a proxy. */
  abstract B startBehind(FaultProxy proxy);

  @Test
  void keepsPortAndDataOverStop() throws Exception {
    send("stop", "one");
    broker().stop();
    assertThat(broker().isRunning()).isFalse();
    assertThatThrownBy(() -> AmqpClient.connect(broker())).isInstanceOf(ConnectException.class);

    broker().start();

    assertThat(broker().isRunning()).isTrue();
    assertThat(receive("stop")).isEqualTo("one");
  }

  @Test
  void keepsPortAndDataOverKill() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker())) {
      client.declare("kill");
      broker().sync();
      client.send("kill", "one");
    }
    List<ProcessHandle> family = Processes.family(broker().process());
    broker().kill();
    assertThat(broker().isRunning()).isFalse();
    family.forEach(Processes::awaitEnd);

    broker().start();

    assertThat(receive("kill")).isEqualTo("one");
  }

  @Test
  void answersNothingWhileFrozen() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker())) {
      client.send("freeze", "one");
      broker().freeze();
      assertThat(broker().isRunning()).isTrue();
      client.publish("freeze", "two");
      assertThatThrownBy(() -> client.awaitConfirms(Duration.ofSeconds(1)))
          .isInstanceOf(TimeoutException.class);

      broker().thaw();

      client.awaitConfirms(Duration.ofSeconds(30));
      assertThat(client.receive("freeze")).contains("one");
      assertThat(client.receive("freeze")).contains("two");
    }
  }

  @Test
  void asksForThePassword() {
    ConnectionFactory factory = AmqpClient.factory(broker());
    factory.setPassword("wrong");

    assertThatThrownBy(() -> AmqpClient.connect(factory))
        .isInstanceOf(PossibleAuthenticationFailureException.class);
  }

  @Test
  void startsOnlyOnce() {
    assertThatThrownBy(broker()::start).isInstanceOf(IllegalStateException.class);
    assertThat(broker().isRunning()).isTrue();
  }

  @Test
  void clientsComeThroughTheProxyAndNothingIsLeftAfterClose() throws Exception {
    try (FaultProxy proxy = FaultProxy.toFreePort();
        B other = startBehind(proxy)) {
      assertThat(other.port()).isEqualTo(proxy.port());
      try (AmqpClient client = AmqpClient.connect(other)) {
        client.send("proxied", "one");
        assertThat(proxy.connections()).isPositive();
      }
      List<ProcessHandle> family = Processes.family(other.process());
      other.freeze();

      other.close();
      other.close();

      assertThat(other.isRunning()).isFalse();
      assertThat(other.folder()).doesNotExist();
      family.forEach(Processes::awaitEnd);
    }
  }

  /** The kernel closes the pipe when this JVM ends, however it ends. */
  @Test
  void endsWithTheProcessThatHoldsItsInput() throws Exception {
    List<ProcessHandle> family = Processes.family(broker().process());

    broker().process().getOutputStream().close();

    family.forEach(Processes::awaitEnd);
    await().until(() -> !broker().isRunning()); // its thread may be the last to hear of it
    broker().start();
  }

  private void send(String queue, String text) throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker())) {
      client.send(queue, text);
    }
  }

  private String receive(String queue) throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker())) {
      return client.receive(queue).orElseThrow(() -> new IOException(queue + " is empty"));
    }
  }
}
