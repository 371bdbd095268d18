/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kafka endpoints as the contract uses them: one broker behind a proxy that breaks connections, and
 * a topic for each test, with one partition, so that there is one order.
 */
final class KafkaContractFixture implements EndpointFixture {

  private static final long HOUR = 3_600_000;
  private static final int FLOOD = 200_000;

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String flood = topics.create(1);
  private final FaultProxy silent = FaultProxy.toFreePort();
  private KafkaEndpointFactory factory = new KafkaEndpointFactory();

  KafkaContractFixture() {
    topics.send(flood, FLOOD, i -> "f" + i);
    silent.freeze();
  }

  @Override
  public EndpointFactory factory() {
    return factory;
  }

  @Override
  public void deactivateFactory() {
    factory.close();
    factory = new KafkaEndpointFactory();
  }

  @Override
  public Backend newBackend() {
    return new TopicBackend();
  }

  @Override
  public List<InvalidConfiguration> invalidConfigurations() {
    return List.of(
        InvalidConfiguration.of(
            "no server, no role", Map.of("producer.lingerMs", 1), "/bootstrapServers"),
        InvalidConfiguration.of(
            "three servers, two of them wrong",
            Map.of(
                "bootstrapServers",
                "a:1, b, c:70000",
                "consumer.enabled",
                true,
                "consumer.topics",
                "t"),
            "/bootstrapServers/1",
            "/bootstrapServers/2"),
        InvalidConfiguration.of(
            "roles without topics",
            Map.of(
                "bootstrapServers",
                "a:1",
                "producer.enabled",
                true,
                "consumer",
                Map.of("enabled", true)),
            "/producer/topics"),
        InvalidConfiguration.of(
            "topic names, codec, acks without idempotence",
            Map.of(
                "bootstrapServers", "a:1",
                "producer.enabled", "true",
                "producer.topics", "good, b/d",
                "producer.compressionType", "zip",
                "producer.acks", "1"),
            "/producer/topics/1",
            "/producer/compressionType",
            "/producer/acks"),
        InvalidConfiguration.of(
            "client properties that are fixed",
            Map.of(
                "bootstrapServers", "a:1",
                "producer.enabled", true,
                "producer.topics", "t",
                "properties.value.serializer", "org.example.Serializer"),
            "/properties/value.serializer"));
  }

  /** Names that the schema has a pattern for: one that is refused, one that the client gets. */
  @Override
  public Set<String> furtherSecrets() {
    return Set.of("properties.sasl.jaas.config", "properties.custom.password");
  }

  @Override
  public void close() {
    factory.close();
    silent.close();
  }

  /** A topic that no other test has used. */
  private final class TopicBackend implements Backend {

    private final String topic = topics.create(1);

    @Override
    public Set<Ability> abilities() {
      return Set.of(Ability.SEND, Ability.RECEIVE, Ability.INTERRUPT);
    }

    @Override
    public Map<String, Object> configuration(Mode... modes) {
      return configuration(topic, modes);
    }

    private Map<String, Object> configuration(String used, Mode... modes) {
      Map<String, Object> properties = new HashMap<>();
      properties.put("bootstrapServers", broker.servers());
      properties.put("reconnect.maxDelay", 1000);
      for (Mode mode : modes) {
        String role = mode == Mode.CONSUME ? "consumer" : "producer";
        properties.put(role + ".enabled", true);
        properties.put(role + ".topics", List.of(used));
      }
      properties.put("consumer.autoOffsetReset", "earliest");
      return properties;
    }

    @Override
    public Optional<Map<String, Object>> configuration(Situation situation) {
      return switch (situation) {
        case UNREACHABLE -> {
          Map<String, Object> properties = configuration(Mode.CONSUME, Mode.PUBLISH);
          properties.put("bootstrapServers", "127.0.0.1:1");
          yield Optional.of(properties);
        }
        case FLOOD -> Optional.of(configuration(flood, Mode.CONSUME));
        case REFUSES_MESSAGES -> {
          // Messages without a key have no place in it.
          String compacted = topics.create(1, Map.of("cleanup.policy", "compact"));
          yield Optional.of(configuration(compacted, Mode.PUBLISH));
        }
        case CONFIRMS_NOTHING -> {
          // A batch waits for more, and the messages of a test do not fill it.
          Map<String, Object> properties = configuration(Mode.PUBLISH);
          properties.put("producer.lingerMs", 60_000);
          properties.put("producer.timeout", HOUR);
          yield Optional.of(properties);
        }
        case REFUSES_LARGE_MESSAGES -> {
          // By the client, whose limit a broker's must match: it splits batches for ever otherwise.
          Map<String, Object> properties = configuration(Mode.PUBLISH);
          properties.put("properties.max.request.size", 65_536);
          yield Optional.of(properties);
        }
        case BLOCKS_PUBLISHERS -> Optional.of(configuration(Mode.PUBLISH));
        case FREEZES -> {
          Map<String, Object> properties = configuration(Mode.CONSUME, Mode.PUBLISH);
          properties.put("consumer.topics", List.of(flood));
          yield Optional.of(properties);
        }
        case NEVER_ANSWERS -> {
          Map<String, Object> properties = configuration(Mode.CONSUME, Mode.PUBLISH);
          properties.put("bootstrapServers", silent.address());
          yield Optional.of(properties);
        }
        default -> Backend.unsupported();
      };
    }

    @Override
    public void begin(Situation situation) {
      if (situation == Situation.BLOCKS_PUBLISHERS || situation == Situation.FREEZES) {
        broker.proxy().freeze();
      }
    }

    /** Who subscribes later gets them too: groups begin with the earliest message. */
    @Override
    public void send(MessageEndpoint endpoint, List<Message> messages) {
      topics.send(topic, messages.size(), i -> messages.get(i).text());
    }

    @Override
    public List<Message> receive(MessageEndpoint endpoint, int count, Duration patience) {
      return topics.read(topic, count, patience).stream()
          .map(
              record -> {
                Headers.Builder headers = Headers.builder();
                record.headers().forEach(header -> headers.add(header.key(), header.value()));
                return Message.builder().payload(record.value()).headers(headers.build()).build();
              })
          .toList();
    }

    @Override
    public void close() {
      broker.proxy().restore();
    }

    @Override
    public void interrupt() {
      broker.proxy().refuse();
    }

    @Override
    public void restore() {
      broker.proxy().restore();
    }
  }
}
