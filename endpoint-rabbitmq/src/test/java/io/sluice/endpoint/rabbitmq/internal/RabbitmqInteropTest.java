/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.acknowledging;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.at;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitCount;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.consuming;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.publishing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.jms.BytesMessage;
import javax.jms.Connection;
import javax.jms.Destination;
import javax.jms.JMSException;
import javax.jms.Session;
import javax.jms.TextMessage;
import org.apache.qpid.client.AMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other implementations of AMQP 0-9-1 read what we write, and write what we read. */
class RabbitmqInteropTest {

  private static final long PATIENCE_MS = 20_000;

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private final String name = AmqpPeer.newName("interop");

  @ParameterizedTest
  @ValueSource(strings = {"rabbitmq", "qpid"})
  void qpidsClientReadsWhatWeWrite(String kind) throws Exception {
    TestBroker broker = broker(kind);
    String exchange = broker.peer().newExchange("direct");
    String queue = broker.peer().newQueue(exchange, "k");
    RabbitmqEndpoint endpoint = rabbitmq.started(name, publishing(at(broker), exchange, "k"));

    Message message =
        Message.builder()
            .text("grüße")
            .header("text", "ä")
            .header("number", 4711L)
            .header("flag", true)
            .header("ratio", 0.5)
            .attribute(RabbitmqAttributes.CONTENT_TYPE, "text/plain")
            .attribute(RabbitmqAttributes.CONTENT_ENCODING, "utf-8")
            .attribute(RabbitmqAttributes.PRIORITY, 7)
            .correlationId("c-1")
            .build();
    join(endpoint.publish(message)).orThrow();

    try (Jms jms = Jms.connect(broker)) {
      TextMessage read = (TextMessage) jms.receive(exchange, queue);
      assertThat(read.getText()).isEqualTo("grüße");
      assertThat(read.getStringProperty("text")).isEqualTo("ä");
      assertThat(read.getLongProperty("number")).isEqualTo(4711);
      assertThat(read.getBooleanProperty("flag")).isTrue();
      assertThat(read.getDoubleProperty("ratio")).isEqualTo(0.5);
      assertThat(read.getJMSCorrelationID()).isEqualTo("c-1");
      assertThat(read.getJMSPriority()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rabbitmq", "qpid"})
  void weReadWhatQpidsClientWrites(String kind) throws Exception {
    TestBroker broker = broker(kind);
    String exchange = broker.peer().newExchange("direct");
    String queue = broker.peer().newQueue(exchange, "k");
    var properties = consuming(at(broker), exchange, "k");
    properties.put("consumer.queue.name", queue);
    RabbitmqEndpoint endpoint = rabbitmq.started(name, properties);
    var subscriber = acknowledging(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE));

    try (Jms jms = Jms.connect(broker)) {
      jms.send(
          exchange,
          queue,
          session -> {
            BytesMessage sent = session.createBytesMessage();
            sent.writeBytes(new byte[] {0, 1, (byte) 0xFF});
            sent.setStringProperty("text", "ö");
            sent.setIntProperty("number", 42);
            sent.setBooleanProperty("flag", false);
            sent.setJMSCorrelationID("c-2");
            return sent;
          });
    }

    awaitCount(subscriber, 1);
    Message read = subscriber.items().get(0).message();
    assertThat(read.payload()).containsExactly(0, 1, 0xFF);
    assertThat(read.headers().first("text")).contains("ö");
    assertThat(read.headers().first("number")).contains(42);
    assertThat(read.headers().first("flag")).contains(false);
    assertThat(read.correlationId()).contains("c-2");
    assertThat(read.attributes().text(RabbitmqAttributes.ROUTING_KEY)).contains("k");
  }

  @Test
  void theToolsOfTheDistributionReadAndWrite() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/amqp-publish")),
        "amqp-tools are not installed in /usr/bin");
    TestBroker broker = TestBroker.any();
    String exchange = broker.peer().newExchange("direct");
    String queue = broker.peer().newQueue(exchange, "out");
    var properties = consuming(publishing(at(broker), exchange, "out"), exchange, "in");
    RabbitmqEndpoint endpoint = rabbitmq.started(name, properties);
    var subscriber = acknowledging(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE));

    join(endpoint.publish(Message.of("for the tools"))).orThrow();
    assertThat(run("amqp-get", broker, "--queue=" + queue)).isEqualTo("for the tools");

    run(
        "amqp-publish",
        broker,
        "--exchange=" + exchange,
        "--routing-key=in",
        "--persistent",
        "--content-type=text/x-tool",
        "--header=origin: tool",
        "--body=from the tools");
    awaitCount(subscriber, 1);
    Message read = subscriber.items().get(0).message();
    assertThat(read.text()).isEqualTo("from the tools");
    assertThat(read.headers().text("origin")).contains("tool");
    assertThat(read.attributes().text(RabbitmqAttributes.CONTENT_TYPE)).contains("text/x-tool");
    assertThat(read.attributes().get(RabbitmqAttributes.DELIVERY_MODE)).isEqualTo(2);
  }

  private static TestBroker broker(String kind) {
    return kind.equals("qpid") ? TestBroker.qpid() : TestBroker.rabbit();
  }

  private static String run(String tool, TestBroker broker, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("/usr/bin/" + tool, "--server=127.0.0.1", "--port=" + broker.broker().port()));
    command.addAll(List.of("--username=guest", "--password=guest"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", tool, said).isZero();
    return said;
  }

  /** An application that uses the client of Qpid. */
  private record Jms(Connection connection) implements AutoCloseable {

    static {
      System.setProperty("qpid.amqp.version", "0-91"); // its default is the newest that it knows
      System.setProperty("IMMEDIATE_PREFETCH", "true"); // or it stops the flow, unknown to RabbitMQ
    }

    private interface Writer {
      javax.jms.Message write(Session session) throws JMSException;
    }

    static Jms connect(TestBroker broker) throws Exception {
      String url =
          "amqp://guest:guest@interop/?brokerlist='tcp://127.0.0.1:"
              + broker.proxy().targetPort()
              + "'";
      Connection connection = new AMQConnectionFactory(url).createConnection();
      connection.start();
      return new Jms(connection);
    }

    javax.jms.Message receive(String exchange, String queue) throws JMSException {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      javax.jms.Message message =
          session.createConsumer(destination(session, exchange, queue)).receive(PATIENCE_MS);
      session.close();
      return message;
    }

    void send(String exchange, String queue, Writer writer) throws JMSException {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      session.createProducer(destination(session, exchange, queue)).send(writer.write(session));
      session.close();
    }

    private static Destination destination(Session session, String exchange, String queue)
        throws JMSException {
      return session.createQueue(
          "BURL:direct://%s/k/%s?routingkey='k'&durable='true'&exchangedurable='true'"
              .formatted(exchange, queue));
    }

    @Override
    public void close() throws JMSException {
      connection.close();
    }
  }
}
