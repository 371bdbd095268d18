/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * Looks again and again whether the topics that consumers name are there, and the same as before: a
 * client waits for a topic that does not exist without a word, and may take one that was deleted
 * and made again for the old one.
 *
 * <p>One look at a time, so that its state needs no lock.
 */
final class TopicWatch {

  /** Where topics can be looked up. */
  @FunctionalInterface
  interface Topics {

    /**
     * The ids of those topics that exist, or may: {@link Uuid#ZERO_UUID} of one whose id is not
     * known.
     *
     * @return does not complete, or fails, while no broker can be asked
     */
    CompletionStage<Map<String, Uuid>> ids(Set<String> names);
  }

  private static final String PATTERN = "pattern";
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

  private final KafkaConsumers consumers;
  private final EndpointLifecycle lifecycle;
  private final Topics topics;
  private final AtomicBoolean looking = new AtomicBoolean();
  private Set<String> absent = Set.of();

  private volatile Set<String> missing = Set.of();
  private volatile Future<?> looks;

  TopicWatch(KafkaConsumers consumers, EndpointLifecycle lifecycle, Topics topics) {
    this.consumers = consumers;
    this.lifecycle = lifecycle;
    this.topics = topics;
  }

  /** Begins to look. */
  void open(SharedWorkers workers) {
    looks = workers.every(LOOK_INTERVAL, this::look);
  }

  /** Looks no more. */
  void close() {
    Future<?> present = looks;
    if (present != null) {
      present.cancel(false);
    }
  }

  /** The topics that consumers name and that do not exist, in words. */
  Stream<String> troubles() {
    return missing.stream()
        .map(
            topic ->
                "topic '%s' does not exist: create it, or correct consumer.topics"
                    .formatted(topic));
  }

  private void look() {
    lifecycle.warn(PATTERN, String.join("; ", consumers.patternsWithoutTopic()));
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    Set<String> names = consumers.topics();
    if (names.isEmpty()) {
      miss(Set.of(), Set.of());
      looking.set(false);
      return;
    }
    long now = System.nanoTime();
    topics
        .ids(names)
        .whenComplete(
            (ids, failure) -> {
              if (failure == null) {
                consumers.topicsSeen(ids, now);
                miss(consumers.namedTopics(), ids.keySet());
              }
              looking.set(false);
            });
  }

  private void miss(Set<String> named, Set<String> existing) {
    Set<String> lacking = new HashSet<>(named);
    lacking.removeAll(existing);
    Set<String> twice = new TreeSet<>(lacking);
    twice.retainAll(absent); // a topic may be just about to come into being
    absent = lacking;
    missing = twice;
  }
}
