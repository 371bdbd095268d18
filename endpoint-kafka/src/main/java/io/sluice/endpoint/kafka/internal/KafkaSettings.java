/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.support.endpoint.RequestOverrides;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.schema.Settings;
import io.sluice.endpoint.support.settlement.UnsettledLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;

/**
 * The configuration of one endpoint, typed. The schema gives every default.
 *
 * @param clientProperties passed on to the clients as they are
 */
record KafkaSettings(
    List<String> bootstrapServers,
    String securityProtocol,
    Producer producer,
    Consumer consumer,
    Reconnect reconnect,
    Map<String, String> clientProperties) {

  /** Publishing. */
  record Producer(
      boolean enabled,
      List<String> topics,
      String compressionType,
      String acks,
      boolean idempotence,
      Duration linger,
      int batchSize,
      long bufferMemory,
      InFlightLimits inFlight) {

    /**
     * Where messages go that name no topic, with what a request changes: {@code topics}.
     *
     * @throws EndpointException if it changes anything else, or to something impossible
     */
    List<String> topicsWith(Map<String, Object> overrides) {
      RequestOverrides.allow("producer", overrides, "topics");
      List<String> others = otherTopics(overrides);
      return others.isEmpty() ? topics : others;
    }
  }

  /** Consuming. */
  record Consumer(
      boolean enabled,
      Subscription subscription,
      Group group,
      Fetch fetch,
      boolean encodeMessageId,
      UnsettledLimits unsettled,
      Discards discards) {

    /**
     * These settings with what a request changes: {@code topics}, {@code groupId}.
     *
     * @throws EndpointException if it changes anything else, or to something impossible
     */
    Consumer with(Map<String, Object> overrides) {
      List<String> others = otherTopics(overrides);
      Optional<String> groupId = RequestOverrides.text(overrides, "groupId");
      RequestOverrides.allow("consumer", overrides, "topics", "groupId");
      return new Consumer(
          enabled,
          others.isEmpty() ? subscription : new Subscription(others, Optional.empty()),
          groupId.map(group::withId).orElse(group),
          fetch,
          encodeMessageId,
          unsettled,
          discards);
    }

    /** How many records a poll brings at most: no more than the subscription may take at once. */
    int pollRecords() {
      return Math.min(fetch.maxPollRecords(), unsettled.messages());
    }
  }

  /**
   * What is consumed.
   *
   * @param topics empty where there is a pattern
   */
  record Subscription(List<String> topics, Optional<Pattern> topicPattern) {

    /** What is consumed, as a text to compare. */
    String text() {
      return topicPattern.map(Pattern::pattern).orElseGet(() -> String.join(",", topics));
    }

    /** A short name of what is consumed. */
    String tag() {
      byte[] bytes = (topicPattern.isPresent() + text()).getBytes(StandardCharsets.UTF_8);
      return UUID.nameUUIDFromBytes(bytes).toString().substring(0, 8);
    }

    /** What each committed position carries, to tell a successor that this was consumed before. */
    String mark() {
      return "sluice:" + tag();
    }
  }

  /**
   * The group of the consumers.
   *
   * @param id empty to make one of the client id or the endpoint's name
   */
  record Group(
      Optional<String> id,
      Optional<String> instanceId,
      String protocol,
      String assignmentStrategy) {

    Group withId(String other) {
      return new Group(Optional.of(other), instanceId, protocol, assignmentStrategy);
    }
  }

  /** How records are fetched. */
  record Fetch(
      String autoOffsetReset, String isolationLevel, int maxPollRecords, int fetchMaxBytes) {}

  /**
   * What becomes of messages that a consumer discards.
   *
   * @param deadLetterTopic empty unless the strategy needs it
   */
  record Discards(FailureStrategy strategy, Optional<String> deadLetterTopic) {}

  /** Reads validated settings. */
  static KafkaSettings of(Settings settings) {
    return new KafkaSettings(
        settings.texts("bootstrapServers").stream().map(String::strip).toList(),
        settings.text("security.protocol"),
        producer(settings.section("producer")),
        consumer(settings.section("consumer")),
        Reconnect.of(settings.section("reconnect")),
        settings.map("properties"));
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

  private static List<String> otherTopics(Map<String, Object> overrides) {
    List<String> topics = RequestOverrides.texts(overrides, "topics");
    try {
      topics.forEach(Topic::validate);
    } catch (InvalidTopicException e) {
      throw RequestOverrides.invalid("the override of topics: " + e.getMessage());
    }
    return topics;
  }

  private static Producer producer(Settings producer) {
    return new Producer(
        producer.flag("enabled"),
        producer.texts("topics"),
        producer.text("compressionType"),
        producer.text("acks"),
        producer.flag("idempotence"),
        producer.millis("lingerMs"),
        producer.integer("batchSize"),
        producer.number("bufferMemory"),
        InFlightLimits.of(producer));
  }

  private static Consumer consumer(Settings consumer) {
    return new Consumer(
        consumer.flag("enabled"),
        subscription(consumer),
        group(consumer),
        fetch(consumer),
        consumer.flag("encodeMessageId"),
        UnsettledLimits.of(consumer),
        discards(consumer));
  }

  private static Subscription subscription(Settings consumer) {
    return new Subscription(
        consumer.texts("topics"), consumer.optionalText("topicPattern").map(Pattern::compile));
  }

  private static Group group(Settings consumer) {
    return new Group(
        consumer.optionalText("groupId"),
        consumer.optionalText("groupInstanceId"),
        consumer.text("groupProtocol"),
        consumer.text("assignmentStrategy"));
  }

  private static Fetch fetch(Settings consumer) {
    return new Fetch(
        consumer.text("autoOffsetReset"),
        consumer.text("isolationLevel"),
        consumer.integer("maxPollRecords"),
        consumer.integer("fetchMaxBytes"));
  }

  private static Discards discards(Settings consumer) {
    return new Discards(
        consumer.choice("failureStrategy", FailureStrategy.class),
        consumer
            .optionalSection("deadLetter")
            .flatMap(deadLetter -> deadLetter.optionalText("topic")));
  }
}
