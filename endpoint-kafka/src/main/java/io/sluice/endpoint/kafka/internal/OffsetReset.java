/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a consumer goes on in a partition in which its group has no position, or one that the
 * broker does not hold any more: {@code consumer.autoOffsetReset}. Immutable.
 *
 * <p>The endpoint decides it, and not the client, whose own setting is {@code none}: what was
 * written after the consumer began is not to be skipped.
 */
record OffsetReset(Kind kind, Optional<Duration> age) {

  /** What the setting's first word can be. */
  enum Kind {
    EARLIEST,
    LATEST,
    NONE,
    BY_DURATION
  }

  private static final String BY_DURATION = "by_duration:";

  /**
   * Reads the setting; case does not count.
   *
   * @throws EndpointException if it is none of the known words
   */
  static OffsetReset of(String setting) {
    String word = setting.strip().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "earliest" -> new OffsetReset(Kind.EARLIEST, Optional.empty());
      case "latest" -> new OffsetReset(Kind.LATEST, Optional.empty());
      case "none" -> new OffsetReset(Kind.NONE, Optional.empty());
      default -> new OffsetReset(Kind.BY_DURATION, Optional.of(age(setting, word)));
    };
  }

  private static Duration age(String setting, String word) {
    if (word.startsWith(BY_DURATION)) {
      try {
        Duration age = Duration.parse(word.substring(BY_DURATION.length()));
        if (!age.isNegative()) {
          return age;
        }
      } catch (DateTimeException e) {
        // told below, in the words of the setting
      }
    }
    throw new EndpointException(
        ErrorCode.INVALID_CONFIGURATION,
        "consumer.autoOffsetReset is '"
            + setting
            + "', and must be latest, earliest, none, or by_duration: and an ISO 8601 duration,"
            + " such as by_duration:PT1H");
  }

  /**
   * The offsets to go on from. Waits for the brokers; for the thread that owns the client.
   *
   * @throws EndpointException with {@link ErrorCode#RESUME_POSITION_UNKNOWN} if it is {@code none}
   */
  Map<TopicPartition, Long> offsets(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      Collection<TopicPartition> partitions,
      Duration timeout) {
    return switch (kind) {
      case EARLIEST -> waiting.on(() -> client.beginningOffsets(partitions, timeout));
      case LATEST -> waiting.on(() -> client.endOffsets(partitions, timeout));
      case BY_DURATION -> youngEnough(client, waiting, partitions, timeout);
      case NONE ->
          throw KafkaPosition.unknown(
              "the group has no position in "
                  + partitions.stream()
                      .map(TopicPartition::toString)
                      .collect(Collectors.joining(", "))
                  + ", and consumer.autoOffsetReset is none");
    };
  }

  /** In a partition that holds no record that young the next one will be: its end. */
  private Map<TopicPartition, Long> youngEnough(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      Collection<TopicPartition> partitions,
      Duration timeout) {
    long since = Math.max(0, Instant.now().minus(age.orElseThrow()).toEpochMilli());
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since));
    Map<TopicPartition, Long> offsets =
        new HashMap<>(waiting.on(() -> client.endOffsets(partitions, timeout)));
    waiting
        .on(() -> client.offsetsForTimes(times, timeout))
        .forEach(
            (partition, found) -> {
              if (found != null) {
                offsets.put(partition, found.offset());
              }
            });
    return offsets;
  }

  /** The setting as its documentation has it. */
  @Override
  public String toString() {
    return age.map(duration -> BY_DURATION + duration)
        .orElseGet(() -> kind.name().toLowerCase(Locale.ROOT));
  }
}
