/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Consumer;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.DeadLetterRoute;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Declare;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Exchange;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Mechanism;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Producer;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.QueueType;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Route;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.net.ServerAddress;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.support.schema.SettingsProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitmqSettingsTest {

  private static final EndpointSchema SCHEMA =
      EndpointSchema.ofResource(RabbitmqSettings.class, "rabbitmq");

  private static final Map<String, Object> ACCESS =
      Map.of(
          "serverHost", "rabbit.example",
          "security.auth.username", "bob",
          "security.auth.password", "canary-x7");

  private static final Map<String, Object> PRODUCER =
      Map.of(
          "producer.enabled", true,
          "producer.exchange.name", "out",
          "producer.exchange.type", "topic",
          "producer.routingKey", "out.key");

  private static final Map<String, Object> CONSUMER =
      Map.of(
          "consumer.enabled", "true",
          "consumer.exchange.name", "in",
          "consumer.exchange.type", "direct",
          "consumer.routingKey", "in.key");

  private static final Map<String, Object> TLS =
      Map.of(
          "security.ssl.enabled", "true",
          "security.ssl.trustStore.type", "JKS",
          "security.ssl.trustStore.location", "/etc/ca.jks",
          "security.ssl.trustStore.password", "x",
          "security.ssl.keyStore.type", "PKCS12",
          "security.ssl.keyStore.location", "/etc/key.p12",
          "security.ssl.keyStore.password", "x");

  private static final Map<String, Object> BOTH = with(ACCESS, PRODUCER, CONSUMER);

  @Test
  void everyPropertyOfTheSchemaIsReadAndNoOther() {
    SettingsProbe probe = new SettingsProbe(SCHEMA);

    RabbitmqSettings.of(
        probe.settings(
            with(
                BOTH,
                TLS,
                Map.of(
                    "consumer.deadLetter.exchange.name", "",
                    "consumer.deadLetter.routingKey", "dead",
                    "consumer.queue.arguments.x-message-ttl", "5000"))));

    assertThat(probe.mismatches()).isEmpty();
  }

  @Test
  void theDefaultsAreThoseOfTheContract() {
    RabbitmqSettings settings = settings(BOTH);

    assertThat(settings.servers()).containsExactly(new ServerAddress("rabbit.example", 5672));
    assertThat(settings.virtualHost()).isEqualTo("/");
    assertThat(settings.heartbeat()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.connectionName()).isEmpty();
    assertThat(settings.security().mechanism()).isEqualTo(Mechanism.PLAIN);
    assertThat(settings.security().tls()).isEmpty();
    assertThat(settings.declare()).isEqualTo(Declare.CREATE);
    assertThat(settings.modes()).containsExactlyInAnyOrder(Mode.CONSUME, Mode.PUBLISH);
    assertThat(settings.reconnect())
        .isEqualTo(new Reconnect(Duration.ofMillis(500), Duration.ofSeconds(30), 0.2, -1));
  }

  @Test
  void theDefaultsOfTheProducerAreThoseOfTheContract() {
    Producer producer = settings(BOTH).producer();

    assertThat(producer.route())
        .contains(new Route(new Exchange("out", "topic", true, false), "out.key"));
    assertThat(producer.mandatory()).isTrue();
    assertThat(producer.persistent()).isTrue();
    assertThat(producer.confirms()).isTrue();
    assertThat(producer.expiration()).isEmpty();
    assertThat(producer.priority()).isEmpty();
    assertThat(producer.inFlight().messages()).isEqualTo(1024);
    assertThat(producer.inFlight().bytes()).isEqualTo(32 << 20);
    assertThat(producer.inFlight().timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void theDefaultsOfTheConsumerAreThoseOfTheContract() {
    Consumer consumer = settings(BOTH).consumer();

    assertThat(consumer.route())
        .contains(new Route(new Exchange("in", "direct", true, false), "in.key"));
    assertThat(consumer.queue().name()).isEmpty();
    assertThat(consumer.queue().durable()).isTrue();
    assertThat(consumer.queue().exclusive()).isFalse();
    assertThat(consumer.queue().autoDelete()).isFalse();
    assertThat(consumer.queue().type()).isEqualTo(QueueType.CLASSIC);
    assertThat(consumer.queue().arguments()).isEmpty();
    assertThat(consumer.prefetch()).isEqualTo(1024);
    assertThat(consumer.unsettled().messages()).isEqualTo(1024);
    assertThat(consumer.unsettled().bytes()).isEqualTo(32 << 20);
    assertThat(consumer.unsettled().age()).isEqualTo(Duration.ofMinutes(1));
    assertThat(consumer.discards().strategy()).isEqualTo(FailureStrategy.DISCARD);
    assertThat(consumer.discards().deadLetter()).isEmpty();
  }

  @Test
  void aRoleThatIsNotEnabledNeedsNothing() {
    assertThat(settings(with(ACCESS, PRODUCER)).modes()).containsExactly(Mode.PUBLISH);
    assertThat(settings(with(ACCESS, PRODUCER)).consumer().route()).isEmpty();
    assertThat(settings(with(ACCESS, CONSUMER)).producer().route()).isEmpty();
    assertThat(violations(ACCESS)).hasSize(1);
  }

  @Test
  void aRoleNeedsItsExchangeAndRoutingKey() {
    assertThat(violations(with(ACCESS, Map.of("producer.enabled", true))))
        .containsExactly(
            "/producer/exchange/name", "/producer/exchange/type", "/producer/routingKey");
    assertThat(
            violations(
                with(ACCESS, Map.of("consumer.enabled", true, "consumer.exchange.durable", true))))
        .containsExactly(
            "/consumer/exchange/name", "/consumer/exchange/type", "/consumer/routingKey");
  }

  @Test
  void nameAndRoutingKeyMayBeEmpty() {
    RabbitmqSettings settings =
        settings(with(BOTH, Map.of("producer.exchange.name", "", "producer.routingKey", "")));

    assertThat(settings.producer().route().orElseThrow().exchange().isDefault()).isTrue();
    assertThat(settings.producer().route().orElseThrow().routingKey()).isEmpty();
    assertThat(settings.consumer().route().orElseThrow().exchange().isDefault()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/prod", "%2F", " a "})
  void theVirtualHostIsLiteral(String name) {
    assertThat(settings(with(BOTH, Map.of("virtualHost", name))).virtualHost()).isEqualTo(name);
  }

  @Test
  void serversAreTriedInOrder() {
    RabbitmqSettings settings =
        settings(with(BOTH, Map.of("serverHost", " [::1] ", "addresses", "b:1, [::2]:3")));

    assertThat(settings.servers())
        .containsExactly(
            new ServerAddress("::1", 5672), new ServerAddress("b", 1), new ServerAddress("::2", 3));
  }

  @Test
  void tlsDecidesTheDefaultPort() {
    RabbitmqSettings settings = settings(with(BOTH, TLS));

    assertThat(settings.servers()).containsExactly(new ServerAddress("rabbit.example", 5671));
    assertThat(settings.security().tls()).isPresent();
    assertThat(settings(with(BOTH, TLS, Map.of("serverPort", "99"))).servers())
        .containsExactly(new ServerAddress("rabbit.example", 99));
  }

  @Test
  void plainNeedsCredentials() {
    assertThat(violations(with(PRODUCER, Map.of("serverHost", "h"))))
        .allMatch(pointer -> pointer.startsWith("/security"))
        .isNotEmpty();
    assertThat(
            violations(with(PRODUCER, Map.of("serverHost", "h", "security.auth.username", "bob"))))
        .containsExactly("/security/auth/password");
  }

  @Test
  void externalNeedsTlsAndNoCredentials() {
    Map<String, Object> external =
        with(PRODUCER, Map.of("serverHost", "h", "security.auth.mechanism", "EXTERNAL"));

    assertThat(violations(external)).containsExactly("/security/ssl/enabled");
    assertThat(settings(with(external, TLS)).security().mechanism()).isEqualTo(Mechanism.EXTERNAL);
  }

  @ParameterizedTest
  @CsvSource({
    "serverHost, amqp://h",
    "serverHost, h:5672",
    "serverPort, 0",
    "serverPort, 65536",
    "heartbeat, 65536",
    "addresses, h",
    "declare, maybe",
    "producer.exchange.type, tpoic",
    "producer.priority, 256",
    "producer.expiration, -1",
    "consumer.prefetch, 0",
    "consumer.prefetch, 65536",
    "consumer.maxUnsettled, 65536",
    "consumer.queue.type, mirrored",
    "consumer.queue.offset, first",
    "consumer.queue.name, ''",
    "consumer.queue.nmae, a",
    "consumer.deadLetter.topic, a",
    "producer.queue.name, a",
    "prefetch, 5"
  })
  void whatCannotBeIsRefused(String key, String value) {
    assertThat(violations(with(BOTH, Map.of(key, value))))
        .containsExactly("/" + key.replace('.', '/') + (key.equals("addresses") ? "/0" : ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virtualHost",
        "producer.exchange.name",
        "producer.routingKey",
        "consumer.exchange.name",
        "consumer.routingKey",
        "consumer.queue.name",
        "consumer.deadLetter.routingKey"
      })
  void namesAreBoundInBytes(String key) {
    String longest = "\u20ac".repeat(85);

    assertThat(violations(with(BOTH, Map.of(key, longest)))).isEmpty();
    assertThat(violations(with(BOTH, Map.of(key, longest + "x"))))
        .containsExactly("/" + key.replace('.', '/'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"quorum", "stream"})
  void replicatedQueuesAreDurableAndShared(String type) {
    Map<String, Object> queue = with(BOTH, Map.of("consumer.queue.type", type));

    assertThat(violations(queue)).isEmpty();
    assertThat(
            violations(
                with(
                    queue,
                    Map.of(
                        "consumer.queue.durable", false,
                        "consumer.queue.exclusive", true,
                        "consumer.queue.autoDelete", true))))
        .containsExactly(
            "/consumer/queue/autoDelete", "/consumer/queue/durable", "/consumer/queue/exclusive");
  }

  @Test
  void argumentsOfTheQueueKeepTheirTypes() {
    Map<String, Object> arguments =
        Map.of(
            "consumer.queue.arguments.x-message-ttl", "5000",
            "consumer.queue.arguments.x-single-active-consumer", "true",
            "consumer.queue.arguments.x-dead-letter-routing-key", "17",
            "consumer.queue.arguments.x-delivery-limit", -1,
            "consumer.queue.arguments.x-of-a-plugin", "17",
            "consumer.queue.arguments.x.of.another", "false",
            "consumer.queue.arguments.x-text", "17 apples");

    assertThat(settings(with(BOTH, arguments)).consumer().queue().arguments())
        .isEqualTo(
            Map.of(
                "x-message-ttl",
                5000L,
                "x-single-active-consumer",
                true,
                "x-dead-letter-routing-key",
                "17",
                "x-delivery-limit",
                -1L,
                "x-of-a-plugin",
                17L,
                "x.of.another",
                false,
                "x-text",
                "17 apples"));
  }

  @Test
  void argumentsOfTheQueueAreChecked() {
    assertThat(
            violations(
                with(
                    BOTH,
                    Map.of(
                        "consumer.queue.arguments.x-message-ttl", "soon",
                        "consumer.queue.arguments.x-queue-type", "quorum",
                        "consumer.queue.arguments.x-max-priority", 256))))
        .containsExactly(
            "/consumer/queue/arguments/x-max-priority",
            "/consumer/queue/arguments/x-message-ttl",
            "/consumer/queue/arguments/x-queue-type");
  }

  @Test
  void aStreamBeginsAtItsOffset() {
    Map<String, Object> stream =
        with(BOTH, Map.of("consumer.queue.type", "stream", "consumer.queue.offset", "17"));

    assertThat(settings(stream).consumer().queue().offset()).isEqualTo(StreamOffset.at(17));
    assertThat(violations(with(stream, Map.of("consumer.queue.offset", "yesterday"))))
        .containsExactly("/consumer/queue/offset");
  }

  @Test
  void theWindowIsThePrefetchUnlessThereIsOne() {
    assertThat(settings(with(BOTH, Map.of("consumer.maxUnsettled", 7))).consumer().prefetch())
        .isEqualTo(7);
    assertThat(
            settings(with(BOTH, Map.of("consumer.maxUnsettled", 7, "consumer.prefetch", 9)))
                .consumer()
                .prefetch())
        .isEqualTo(9);
  }

  @Test
  void deadLettersNeedADestination() {
    Map<String, Object> strategy = with(BOTH, Map.of("consumer.failureStrategy", "dead-letter"));

    assertThat(violations(strategy))
        .isNotEmpty()
        .allMatch(pointer -> pointer.startsWith("/consumer/deadLetter"));
    assertThat(
            settings(
                    with(
                        strategy,
                        Map.of(
                            "consumer.deadLetter.exchange.name", "",
                            "consumer.deadLetter.routingKey", "dead")))
                .consumer()
                .discards()
                .deadLetter())
        .contains(new DeadLetterRoute("", "dead"));
  }

  @Test
  void aConsumeRequestOverridesWhatItMay() {
    Consumer consumer = settings(BOTH).consumer();

    Consumer changed = consumer.with(Map.of("routingKey", "", "queue", "other"));

    assertThat(changed.route().orElseThrow())
        .isEqualTo(new Route(new Exchange("in", "direct", true, false), ""));
    assertThat(changed.queue().name()).contains("other");
    assertThat(consumer.with(Map.of())).isEqualTo(consumer);
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("exchange", "x"), Map.of("queue", " "), Map.of("queue", "x".repeat(256)))) {
      assertRefused(() -> consumer.with(wrong));
    }
  }

  @Test
  void aPublishRequestOverridesTheRoutingKeyAlone() {
    Producer producer = settings(BOTH).producer();

    assertThat(producer.routingKeyWith(Map.of())).isEqualTo("out.key");
    assertThat(producer.routingKeyWith(Map.of("routingKey", "other"))).isEqualTo("other");
    assertThat(producer.routingKeyWith(Map.of("routingKey", ""))).isEmpty();
    assertRefused(() -> producer.routingKeyWith(Map.of("exchange", "x")));
    assertRefused(() -> producer.routingKeyWith(Map.of("routingKey", "\u20ac".repeat(86))));
  }

  @Test
  void thePasswordIsNotShown() {
    assertThat(settings(BOTH).toString()).doesNotContain("canary-x7");
    assertThat(SCHEMA.masked(SCHEMA.resolve(BOTH).tree()).toString()).doesNotContain("canary-x7");
    assertThatThrownBy(() -> settings(with(BOTH, Map.of("x", 1))))
        .hasMessageNotContaining("canary-x7");
  }

  private static void assertRefused(Runnable request) {
    EndpointException refusal = catchThrowableOfType(EndpointException.class, request::run);
    assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
  }

  /** The pointers of what is wrong, sorted. */
  private static List<String> violations(Map<String, ?> properties) {
    try {
      settings(properties);
      return List.of();
    } catch (ConfigurationException e) {
      return e.violations().stream().map(Violation::pointer).toList();
    }
  }

  private static RabbitmqSettings settings(Map<String, ?> properties) {
    return RabbitmqSettings.of(SCHEMA.settings(EndpointConfiguration.of("orders", properties)));
  }

  @SafeVarargs
  private static Map<String, Object> with(Map<String, Object>... parts) {
    Map<String, Object> all = new HashMap<>();
    for (Map<String, Object> part : parts) {
      all.putAll(part);
    }
    return all;
  }
}
