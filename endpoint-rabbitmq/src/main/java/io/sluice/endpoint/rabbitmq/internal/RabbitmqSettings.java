/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.support.endpoint.RequestOverrides;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.net.ServerAddress;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.schema.Settings;
import io.sluice.endpoint.support.settlement.UnsettledLimits;
import io.sluice.endpoint.support.tls.TlsSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The configuration of one endpoint, typed. The schema gives every default, except those that
 * depend on another property. Immutable.
 *
 * @param servers in the order in which they are tried, at least one
 * @param virtualHost literal, may be empty
 * @param heartbeat in whole seconds; zero leaves it to the broker
 * @param connectionName empty for the endpoint's name
 */
record RabbitmqSettings(
    List<ServerAddress> servers,
    String virtualHost,
    Duration heartbeat,
    Optional<String> connectionName,
    Security security,
    Producer producer,
    Consumer consumer,
    Declare declare,
    Reconnect reconnect) {

  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;

  /** How the endpoint authenticates itself. */
  enum Mechanism {
    PLAIN,
    EXTERNAL
  }

  /** What the endpoint does about its exchanges, queues and bindings. */
  enum Declare {
    /** Makes those that are missing. */
    CREATE,
    /** Checks that exchanges and queues are there. */
    PASSIVE,
    /** Nothing. */
    NONE
  }

  /** The types of queues. */
  enum QueueType {
    CLASSIC,
    QUORUM,
    STREAM
  }

  /**
   * Security of the connections.
   *
   * @param username present with {@link Mechanism#PLAIN}
   * @param password present with {@link Mechanism#PLAIN}
   * @param tls empty for connections without TLS
   */
  record Security(
      Mechanism mechanism,
      Optional<String> username,
      Optional<String> password,
      Optional<TlsSettings> tls) {

    /** Without the password. */
    @Override
    public String toString() {
      return "Security[" + mechanism + ", " + (tls.isPresent() ? "TLS" : "no TLS") + "]";
    }
  }

  /** An exchange. */
  record Exchange(String name, String type, boolean durable, boolean autoDelete) {

    /** Whether it is the one that every broker has, without a name; it is never declared. */
    boolean isDefault() {
      return name.isEmpty();
    }
  }

  /** An exchange and a routing key: where messages go, or what a queue is bound to. */
  record Route(Exchange exchange, String routingKey) {

    Route withKey(String other) {
      return new Route(exchange, other);
    }
  }

  /**
   * Publishing.
   *
   * @param route empty if the role is not enabled
   * @param expiration of messages, in ms; empty for none
   * @param priority of messages, 0 to 255; empty for none
   */
  record Producer(
      boolean enabled,
      Optional<Route> route,
      boolean mandatory,
      boolean persistent,
      boolean confirms,
      Optional<Duration> expiration,
      Optional<Integer> priority,
      InFlightLimits inFlight) {

    /**
     * The routing key of messages that have none, with what a request changes: {@code routingKey}.
     *
     * @throws EndpointException if it changes anything else, or to something impossible
     */
    String routingKeyWith(Map<String, Object> overrides) {
      RequestOverrides.allow("producer", overrides, "routingKey");
      return shortText(overrides, "routingKey").or(() -> route.map(Route::routingKey)).orElse("");
    }
  }

  /**
   * Consuming.
   *
   * @param route what the queue is bound to; empty if the role is not enabled
   * @param prefetch 1 to 65535
   */
  record Consumer(
      boolean enabled,
      Optional<Route> route,
      Queue queue,
      int prefetch,
      UnsettledLimits unsettled,
      Discards discards) {

    /**
     * These settings with what a request changes: {@code routingKey}, {@code queue} (its name).
     *
     * @throws EndpointException if it changes anything else, or to something impossible
     */
    Consumer with(Map<String, Object> overrides) {
      RequestOverrides.allow("consumer", overrides, "routingKey", "queue");
      Optional<String> key = shortText(overrides, "routingKey");
      Optional<String> name = RequestOverrides.text(overrides, "queue").map(n -> fit("queue", n));
      return new Consumer(
          enabled,
          route.map(bound -> key.map(bound::withKey).orElse(bound)),
          name.map(queue::withName).orElse(queue),
          prefetch,
          unsettled,
          discards);
    }
  }

  /**
   * A queue.
   *
   * @param name empty to make one of the endpoint's name and the client id
   * @param arguments by the broker's names, without the type; values are String, Long or Boolean
   * @param offset where a consumer begins, for the type stream alone
   */
  record Queue(
      Optional<String> name,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      QueueType type,
      Map<String, Object> arguments,
      StreamOffset offset) {

    Queue withName(String other) {
      return new Queue(Optional.of(other), durable, exclusive, autoDelete, type, arguments, offset);
    }
  }

  /**
   * What becomes of messages that a consumer discards.
   *
   * @param deadLetter empty unless it is configured
   */
  record Discards(FailureStrategy strategy, Optional<DeadLetterRoute> deadLetter) {}

  /** Where dead letters go; the exchange without a name is the default one. */
  record DeadLetterRoute(String exchange, String routingKey) {}

  /** Reads validated settings. */
  static RabbitmqSettings of(Settings settings) {
    Security security = security(settings.section("security"));
    return new RabbitmqSettings(
        servers(settings, security.tls().isPresent() ? TLS_PORT : PORT),
        settings.text("virtualHost"),
        settings.seconds("heartbeat"),
        settings.optionalText("connectionName"),
        security,
        producer(settings.section("producer")),
        consumer(settings.section("consumer")),
        settings.choice("declare", Declare.class),
        Reconnect.of(settings.section("reconnect")));
  }

  /** What the configuration enables. */
  Set<Mode> modes() {
    Set<Mode> modes = EnumSet.noneOf(Mode.class);
    if (consumer.enabled()) {
      modes.add(Mode.CONSUME);
    }
    if (producer.enabled()) {
      modes.add(Mode.PUBLISH);
    }
    return Set.copyOf(modes);
  }

  private static List<ServerAddress> servers(Settings settings, int defaultPort) {
    String host = settings.text("serverHost").strip();
    int port = settings.optionalInteger("serverPort").orElse(defaultPort);
    Stream<ServerAddress> others =
        settings.texts("addresses").stream().map(String::strip).map(ServerAddress::parse);
    return Stream.concat(Stream.of(new ServerAddress(unbracketed(host), port)), others).toList();
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static Security security(Settings security) {
    Settings ssl = security.section("ssl");
    TlsSettings tls = TlsSettings.of(ssl);
    return new Security(
        security.choice("auth.mechanism", Mechanism.class),
        security.optionalText("auth.username"),
        security.optionalText("auth.password"),
        ssl.flag("enabled") ? Optional.of(tls) : Optional.empty());
  }

  private static Producer producer(Settings producer) {
    boolean enabled = producer.flag("enabled");
    return new Producer(
        enabled,
        route(producer, enabled),
        producer.flag("mandatory"),
        producer.flag("persistent"),
        producer.flag("confirms"),
        producer.optionalMillis("expiration"),
        producer.optionalInteger("priority"),
        InFlightLimits.of(producer));
  }

  private static Consumer consumer(Settings consumer) {
    boolean enabled = consumer.flag("enabled");
    UnsettledLimits unsettled = UnsettledLimits.of(consumer);
    return new Consumer(
        enabled,
        route(consumer, enabled),
        queue(consumer.section("queue")),
        consumer.optionalInteger("prefetch").orElse(unsettled.messages()),
        unsettled,
        discards(consumer));
  }

  /** Of a role that is not enabled, a part of it may be missing. */
  private static Optional<Route> route(Settings role, boolean enabled) {
    if (!enabled) {
      return Optional.empty();
    }
    Settings exchange = role.section("exchange");
    return Optional.of(
        new Route(
            new Exchange(
                exchange.text("name"),
                exchange.text("type"),
                exchange.flag("durable"),
                exchange.flag("autoDelete")),
            role.text("routingKey")));
  }

  private static Queue queue(Settings queue) {
    return new Queue(
        queue.optionalText("name"),
        queue.flag("durable"),
        queue.flag("exclusive"),
        queue.flag("autoDelete"),
        queue.choice("type", QueueType.class),
        queue.values("arguments"),
        StreamOffset.parse(queue.text("offset")));
  }

  private static Discards discards(Settings consumer) {
    Optional<String> exchange = consumer.optionalText("deadLetter.exchange.name");
    Optional<String> routingKey = consumer.optionalText("deadLetter.routingKey");
    return new Discards(
        consumer.choice("failureStrategy", FailureStrategy.class),
        exchange.flatMap(name -> routingKey.map(key -> new DeadLetterRoute(name, key))));
  }

  /** A text that may be empty. */
  private static Optional<String> shortText(Map<String, Object> overrides, String key) {
    return Optional.ofNullable(overrides.get(key)).map(value -> fit(key, String.valueOf(value)));
  }

  private static String fit(String key, String text) {
    if (!ShortText.fits(text)) {
      throw RequestOverrides.invalid(
          "the override of " + key + " has more than " + ShortText.MAX_BYTES + " bytes");
    }
    return text;
  }
}
