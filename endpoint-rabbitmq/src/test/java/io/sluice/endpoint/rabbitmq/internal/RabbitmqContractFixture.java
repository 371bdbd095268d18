/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.GetResponse;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.tck.Ability;
import io.sluice.endpoint.tck.Backend;
import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.InvalidConfiguration;
import io.sluice.endpoint.tck.Situation;
import io.sluice.endpoint.tck.broker.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * RabbitMQ endpoints as the contract uses them: one broker behind a proxy that breaks connections,
 * and an exchange for each test.
 */
final class RabbitmqContractFixture implements EndpointFixture {

  private static final long HOUR = 3_600_000;
  private static final int FLOOD = 120_000;
  private static final String KEY = "k";

  /** The name of all endpoints of the contract, and of the queue of those without client id. */
  private static final String ENDPOINT = "contract";

  private final TestBroker broker;
  private final AmqpPeer peer;
  private final FaultProxy silent = FaultProxy.toFreePort();
  private RabbitmqEndpointFactory factory = new RabbitmqEndpointFactory();
  private String flood;

  RabbitmqContractFixture(TestBroker broker) {
    this.broker = broker;
    this.peer = broker.peer();
    silent.freeze();
  }

  @Override
  public EndpointFactory factory() {
    return factory;
  }

  @Override
  public void deactivateFactory() {
    factory.close();
    factory = new RabbitmqEndpointFactory();
  }

  @Override
  public Backend newBackend() {
    return new ExchangeBackend();
  }

  @Override
  public List<InvalidConfiguration> invalidConfigurations() {
    return List.of(
        InvalidConfiguration.of(
            "no server, no login, no role",
            Map.of("heartbeat", 1),
            "/serverHost",
            "/security/auth/username",
            "/security/auth/password"),
        InvalidConfiguration.of(
            "port and address out of range",
            login(Map.of("serverPort", 70_000, "addresses", "b", "consumer.enabled", false)),
            "/serverPort",
            "/addresses/0"),
        InvalidConfiguration.of(
            "a quorum queue that is not durable",
            login(
                Map.of(
                    "consumer.enabled", true,
                    "consumer.exchange.name", "x",
                    "consumer.exchange.type", "direct",
                    "consumer.routingKey", "k",
                    "consumer.queue.type", "quorum",
                    "consumer.queue.durable", false)),
            "/consumer/queue/durable"));
  }

  private static Map<String, Object> login(Map<String, Object> others) {
    Map<String, Object> all = new HashMap<>(others);
    all.put("serverHost", "a");
    all.put("security.auth.username", "u");
    all.put("security.auth.password", "p");
    return all;
  }

  @Override
  public void close() {
    factory.close();
    silent.close();
  }

  /** A stream is there as often as it is read. */
  private synchronized String flood() {
    if (flood == null) {
      flood = peer.newQueue("", "", Map.of("x-queue-type", "stream"));
      peer.send("", flood, FLOOD, i -> "f" + i);
    }
    return flood;
  }

  /** An exchange that no other test has used, and a queue that gets what is published. */
  private final class ExchangeBackend implements Backend {

    private final String exchange = peer.newExchange("direct");
    private final String published = peer.newQueue(exchange, KEY);
    private final List<Message> received = new ArrayList<>();
    private final Set<String> consumed = new HashSet<>();

    ExchangeBackend() {
      peer.deleteQueue(QueueName.of(ENDPOINT, Optional.empty(), Optional.empty()));
    }

    @Override
    public Set<Ability> abilities() {
      return Set.of(Ability.SEND, Ability.RECEIVE, Ability.INTERRUPT);
    }

    @Override
    public Map<String, Object> configuration(Mode... modes) {
      Map<String, Object> properties = new HashMap<>();
      properties.put("serverHost", "127.0.0.1");
      properties.put("serverPort", broker.proxy().port());
      properties.put("security.auth.username", "guest");
      properties.put("security.auth.password", "guest");
      properties.put("reconnect.maxDelay", 1000);
      for (Mode mode : modes) {
        String role = mode == Mode.CONSUME ? "consumer" : "producer";
        properties.put(role + ".enabled", true);
        properties.put(role + ".exchange.name", exchange);
        properties.put(role + ".exchange.type", "direct");
        properties.put(role + ".routingKey", KEY);
      }
      return properties;
    }

    private Map<String, Object> configuration(String key, Object value, Mode... modes) {
      Map<String, Object> properties = configuration(modes);
      properties.put(key, value);
      return properties;
    }

    private Map<String, Object> flooded(Mode... modes) {
      Map<String, Object> properties = configuration(modes);
      properties.put("consumer.exchange.name", "");
      properties.put("consumer.queue.name", flood());
      properties.put("consumer.queue.type", "stream");
      properties.put("consumer.queue.offset", "first");
      return properties;
    }

    /** Some messages are enough. */
    private Map<String, Object> filled(Mode... modes) {
      Map<String, Object> properties = configuration(modes);
      properties.put("consumer.queue.name", published);
      peer.send(exchange, KEY, 10, i -> "f" + i);
      return properties;
    }

    @Override
    public Optional<Map<String, Object>> configuration(Situation situation) {
      return switch (situation) {
        case UNREACHABLE -> Optional.of(configuration("serverPort", 1, Mode.CONSUME, Mode.PUBLISH));
        case FLOOD ->
            broker.isRabbit() ? Optional.of(flooded(Mode.CONSUME)) : Backend.unsupported();
        case REFUSES_MESSAGES ->
            Optional.of(configuration("producer.routingKey", "nowhere", Mode.PUBLISH));
        case CONFIRMS_NOTHING -> {
          Map<String, Object> properties = configuration("heartbeat", 60, Mode.PUBLISH);
          properties.put("producer.timeout", HOUR);
          yield Optional.of(properties);
        }
        case REFUSES_LARGE_MESSAGES ->
            broker.isRabbit() ? Optional.of(configuration(Mode.PUBLISH)) : Backend.unsupported();
        case REFUSES_CREDENTIALS ->
            Optional.of(
                configuration("security.auth.password", "wrong", Mode.CONSUME, Mode.PUBLISH));
        case BLOCKS_PUBLISHERS -> Optional.of(configuration("heartbeat", 60, Mode.PUBLISH));
        case FREEZES -> {
          Map<String, Object> properties = filled(Mode.CONSUME, Mode.PUBLISH);
          properties.put("heartbeat", 60);
          yield Optional.of(properties);
        }
        case NEVER_ANSWERS ->
            Optional.of(configuration("serverPort", silent.port(), Mode.CONSUME, Mode.PUBLISH));
        default -> Backend.unsupported();
      };
    }

    @Override
    public void begin(Situation situation) {
      switch (situation) {
        case BLOCKS_PUBLISHERS, FREEZES, CONFIRMS_NOTHING -> broker.proxy().freeze();
        default -> {
          // the configuration is enough
        }
      }
    }

    @Override
    public void send(MessageEndpoint endpoint, List<Message> messages) {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isConsuming(endpoint));
      consumers(endpoint).forEach(each -> consumed.add((String) each.get("queue")));
      peer.send(exchange, KEY, messages.size(), i -> messages.get(i).text());
    }

    private static boolean isConsuming(MessageEndpoint endpoint) {
      List<Map<?, ?>> consumers = consumers(endpoint);
      return !consumers.isEmpty()
          && consumers.stream().allMatch(each -> Boolean.TRUE.equals(each.get("consuming")));
    }

    private static List<Map<?, ?>> consumers(MessageEndpoint endpoint) {
      List<Map<?, ?>> consumers = new ArrayList<>();
      for (Object each : (List<?>) endpoint.status().details().get("consumers")) {
        consumers.add((Map<?, ?>) each);
      }
      return consumers;
    }

    @Override
    public List<Message> receive(MessageEndpoint endpoint, int count, Duration patience) {
      peer.take(published, count - received.size(), patience).stream()
          .map(ExchangeBackend::message)
          .forEach(received::add);
      return received.subList(0, Math.min(count, received.size()));
    }

    private static Message message(GetResponse got) {
      Headers headers = RabbitmqHeaders.read(got.getProps().getHeaders());
      return Message.builder().payload(got.getBody()).headers(headers).build();
    }

    @Override
    public void interrupt() {
      broker.proxy().refuse();
    }

    @Override
    public void restore() {
      broker.proxy().restore();
    }

    @Override
    public void close() {
      broker.proxy().restore();
      consumed.forEach(peer::deleteQueue);
    }
  }
}
