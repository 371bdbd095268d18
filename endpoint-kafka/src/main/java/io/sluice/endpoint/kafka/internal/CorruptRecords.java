/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals with records that cannot be read, as {@code failureStrategy} says of what cannot be
 * decoded. The client stops in front of a batch whose checksum does not fit and does not tell where
 * that ends; so it is led past it offset by offset.
 *
 * <p>Used by the thread that owns the client.
 */
final class CorruptRecords {

  private static final Logger LOG = LoggerFactory.getLogger(CorruptRecords.class);

  /** The client has no exception of its own for it. */
  private static final Pattern WORDS =
      Pattern.compile("corrupt message|is invalid, cause|seek past the record");

  private final Consumer<byte[], byte[]> client;
  private final Waiting waiting;
  private final KafkaSubscription consumer;

  /** The first unreadable offset of partitions in whose unreadable part the client is. */
  private final Map<TopicPartition, Long> unreadable = new HashMap<>();

  CorruptRecords(Consumer<byte[], byte[]> client, Waiting waiting, KafkaSubscription consumer) {
    this.client = client;
    this.waiting = waiting;
    this.consumer = consumer;
  }

  /**
   * Leads the client past an offset that it cannot read.
   *
   * @param failure of a poll
   * @return false if it means something else
   */
  boolean skip(KafkaException failure) {
    if (isOfThisProcess(failure)) {
      return false;
    }
    Optional<TopicPartition> where = partition(failure);
    where.ifPresent(partition -> skip(partition, failure));
    return where.isPresent();
  }

  /** The client has read on in a partition. */
  void passed(TopicPartition partition) {
    if (unreadable.isEmpty()) {
      return;
    }
    Long first = unreadable.remove(partition);
    if (first != null) {
      LOG.warn(
          "Endpoint '{}', group '{}': {} is readable again; what was discarded began at offset {}",
          consumer.endpoint(),
          consumer.group().id(),
          partition,
          first);
    }
  }

  private void skip(TopicPartition partition, KafkaException failure) {
    long offset = waiting.on(() -> client.position(partition, ConsumerSession.CALL_TIMEOUT));
    String text = "%s cannot be read at offset %d: %s".formatted(partition, offset, words(failure));
    if (consumer.settings().discards().strategy() == FailureStrategy.FAIL) {
      consumer.endsAt(
          partition, EndpointException.ofMessage(ErrorCode.MESSAGE_INVALID, text, failure));
      return;
    }
    if (unreadable.putIfAbsent(partition, offset) == null) {
      LOG.warn(
          "Endpoint '{}', group '{}': {}; it is discarded; consumer.failureStrategy fail would end the subscription",
          consumer.endpoint(),
          consumer.group().id(),
          text);
    }
    client.seek(partition, offset + 1);
    consumer.unreadable(partition, offset + 1);
  }

  /** A codec that cannot be loaded, or too little memory: no fault of the record. */
  private static boolean isOfThisProcess(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(Error.class::isInstance);
  }

  private Optional<TopicPartition> partition(KafkaException failure) {
    String message = String.valueOf(failure.getMessage());
    if (!WORDS.matcher(message).find()) {
      return Optional.empty();
    }
    return client.assignment().stream()
        .filter(
            each ->
                Pattern.compile("(?<![\\w.-])" + Pattern.quote(each.toString()) + "(?!\\d)")
                    .matcher(message)
                    .find())
        .findFirst();
  }

  private static String words(KafkaException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }
}
