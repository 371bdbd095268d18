/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.support.endpoint.RequestOverrides;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.schema.Settings;
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
      int maxInFlight,
      long maxInFlightBytes,
      Duration timeout) {

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

  /**
   * Consuming.
   *
   * @param topics empty where there is a pattern
   * @param groupId empty to make one of the client id or the endpoint's name
   * @param deadLetterTopic empty unless that is the failure strategy
   */
  record Consumer(
      boolean enabled,
      List<String> topics,
      Optional<Pattern> topicPattern,
      Optional<String> groupId,
      Optional<String> groupInstanceId,
      boolean encodeMessageId,
      String autoOffsetReset,
      String isolationLevel,
      String assignmentStrategy,
      String groupProtocol,
      int maxPollRecords,
      int fetchMaxBytes,
      int maxUnsettled,
      long maxUnsettledBytes,
      Duration maxUnsettledAge,
      FailureStrategy failureStrategy,
      Optional<String> deadLetterTopic) {

    /**
     * These settings with what a request changes: {@code topics}, {@code groupId}.
     *
     * @throws EndpointException if it changes anything else, or to something impossible
     */
    Consumer with(Map<String, Object> overrides) {
      List<String> others = otherTopics(overrides);
      Optional<String> group = RequestOverrides.text(overrides, "groupId");
      RequestOverrides.allow("consumer", overrides, "topics", "groupId");
      return new Consumer(
          enabled,
          others.isEmpty() ? topics : others,
          others.isEmpty() ? topicPattern : Optional.empty(),
          group.or(() -> groupId),
          groupInstanceId,
          encodeMessageId,
          autoOffsetReset,
          isolationLevel,
          assignmentStrategy,
          groupProtocol,
          maxPollRecords,
          fetchMaxBytes,
          maxUnsettled,
          maxUnsettledBytes,
          maxUnsettledAge,
          failureStrategy,
          deadLetterTopic);
    }

    /** How many records a poll brings at most: no more than the subscription may take at once. */
    int pollRecords() {
      return Math.min(maxPollRecords, maxUnsettled);
    }

    /** What is consumed, as a text to compare. */
    String subscription() {
      return topicPattern.map(Pattern::pattern).orElseGet(() -> String.join(",", topics));
    }

    /** A short name of what is consumed. */
    String subscriptionTag() {
      byte[] bytes = (topicPattern.isPresent() + subscription()).getBytes(StandardCharsets.UTF_8);
      return UUID.nameUUIDFromBytes(bytes).toString().substring(0, 8);
    }

    /** What each committed position carries, to tell a successor that this was consumed before. */
    String mark() {
      return "sluice:" + subscriptionTag();
    }
  }

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
        producer.integer("maxInFlight"),
        producer.number("maxInFlightBytes"),
        producer.millis("timeout"));
  }

  private static Consumer consumer(Settings consumer) {
    return new Consumer(
        consumer.flag("enabled"),
        consumer.texts("topics"),
        consumer.optionalText("topicPattern").map(Pattern::compile),
        consumer.optionalText("groupId"),
        consumer.optionalText("groupInstanceId"),
        consumer.flag("encodeMessageId"),
        consumer.text("autoOffsetReset"),
        consumer.text("isolationLevel"),
        consumer.text("assignmentStrategy"),
        consumer.text("groupProtocol"),
        consumer.integer("maxPollRecords"),
        consumer.integer("fetchMaxBytes"),
        consumer.integer("maxUnsettled"),
        consumer.number("maxUnsettledBytes"),
        consumer.millis("maxUnsettledAge"),
        consumer.choice("failureStrategy", FailureStrategy.class),
        consumer
            .optionalSection("deadLetter")
            .flatMap(deadLetter -> deadLetter.optionalText("topic")));
  }
}
