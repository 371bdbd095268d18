/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RabbitMQ, as clients see it. */
@Timeout(180)
class RabbitBrokerTest extends AmqpBrokerContract<RabbitBroker> {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static RabbitBroker broker;

  @BeforeAll
  static void start() {
    RabbitBroker.assumeInstalled();
    broker = RabbitBroker.builder().user("bob", "secret").vhost("/prod").start();
  }

  @AfterAll
  static void close() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  RabbitBroker broker() {
    return broker;
  }

  @Override
  RabbitBroker startBehind(FaultProxy proxy) {
    return RabbitBroker.builder().behind(proxy).start();
  }

  @Test
  void memoryAlarmBlocksThosePublishing() throws Exception {
    assertBlocks(broker::setMemoryAlarm, "low on memory");
  }

  @Test
  void diskAlarmBlocksThosePublishing() throws Exception {
    assertBlocks(broker::setDiskAlarm, "low on disk");
  }

  private static void assertBlocks(Consumer<Boolean> alarm, String reason) throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    try (AmqpClient client = AmqpClient.connect(broker)) {
      client.connection().addBlockedListener(told::add, () -> told.add("unblocked"));
      client.send("alarm", "before");
      alarm.accept(true);
      client.publish("alarm", "during");
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(reason);
      assertThatThrownBy(() -> client.awaitConfirms(Duration.ofSeconds(1)))
          .isInstanceOf(TimeoutException.class);

      alarm.accept(false);

      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("unblocked");
      client.awaitConfirms(PATIENCE);
    }
  }

  @Test
  void usersMayWorkInTheVirtualHosts() throws Exception {
    ConnectionFactory factory = factory("bob", "secret");
    factory.setVirtualHost("/prod");

    try (AmqpClient client = AmqpClient.connect(factory)) {
      client.send("users", "one");
      assertThat(client.receive("users")).contains("one");
    }
  }

  @Test
  void keepsChangedPasswordOverStart() throws Exception {
    broker.addVhost("/test");
    broker.addUser("eve", "first");
    broker.setPermissions("eve", "/test", ".*", ".*", ".*");
    broker.changePassword("eve", "second");
    broker.sync();

    broker.kill();
    broker.start();

    ConnectionFactory factory = factory("eve", "second");
    factory.setVirtualHost("/test");
    AmqpClient.connect(factory).close();
    factory.setPassword("first");
    assertThatThrownBy(() -> AmqpClient.connect(factory))
        .isInstanceOf(AuthenticationFailureException.class);
  }

  @Test
  void closesConnectionsWithReason() throws Exception {
    CompletableFuture<String> reason = new CompletableFuture<>();
    try (AmqpClient client = AmqpClient.connect(broker)) {
      client.connection().addShutdownListener(cause -> reason.complete(cause.getMessage()));

      broker.closeConnections("for maintenance");

      assertThat(reason.get(30, TimeUnit.SECONDS)).contains("for maintenance");
    }
  }

  @Test
  void deletesQueue() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker)) {
      client.send("deleted", "one");

      broker.deleteQueue("deleted");

      assertThat(client.declare("deleted").getMessageCount()).isZero();
    }
  }

  @Test
  void quotesTheCommandThatFails() {
    assertThatThrownBy(() -> broker.ctl("delete_vhost", "missing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("delete_vhost missing")
        .hasMessageContaining("does not exist");
  }

  @Test
  void quotesTheBrokerThatDoesNotStart() {
    assertThatThrownBy(() -> RabbitBroker.builder().set("heartbeat", "often").start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exit code 1")
        .hasMessageContaining("heartbeat");
  }

  private static ConnectionFactory factory(String user, String password) {
    ConnectionFactory factory = AmqpClient.factory(broker);
    factory.setUsername(user);
    factory.setPassword(password);
    return factory;
  }
}
