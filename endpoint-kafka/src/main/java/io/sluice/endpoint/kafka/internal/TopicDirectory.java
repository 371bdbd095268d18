/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.support.concurrent.EndpointThreads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which topics there are, of those that it was asked for, so that the producer need not be
 * asked for topics that do not exist: it would remember them, and ask for them all again and again.
 *
 * <p>Asking a broker waits, so that a thread does it with a client of its own, which both end while
 * no record asks. All else belongs to the thread that sends.
 */
final class TopicDirectory {

  /** What is known of a topic, or of a partition of it. */
  enum Finding {
    PRESENT,
    /** It is not known yet whether the topic is there. */
    TOPIC_OPEN,
    /** The topic is there; it is not known yet whether it has that partition. */
    PARTITION_OPEN,
    NO_TOPIC,
    NO_PARTITION,
    FORBIDDEN
  }

  private static final Logger LOG = LoggerFactory.getLogger(TopicDirectory.class);

  /** How many topics are remembered of which no message waits. */
  private static final int MAX_TOPICS = 1024;

  /** How long a topic may take to come into being, where brokers create topics when asked to. */
  private static final Duration NEW_TOPIC_TIMEOUT = Duration.ofSeconds(5);

  /** An answer that is older does not prove that something is missing. */
  private static final long FRESH_TIMEOUT_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long MIN_DELAY_NANOS = Duration.ofMillis(100).toNanos();

  /** The longest time until a client is made again, when none could be made. */
  private static final long MAX_DELAY_NANOS = Duration.ofSeconds(3).toNanos();

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaClients clients;
  private final Runnable onAnswer;
  private final ThreadFactory threads;
  private final long patience;
  private final Map<String, Topic> topics =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Topic> eldest) {
          return size() > MAX_TOPICS && eldest.getValue().unusedNanos() > FRESH_TIMEOUT_NANOS;
        }
      };
  private final BlockingQueue<Topic> questions = new LinkedBlockingQueue<>();
  private final AtomicBoolean asking = new AtomicBoolean();

  /** How long to wait before a client is made; owned by the thread that asks. */
  private long pause = MIN_DELAY_NANOS;

  private volatile boolean closed;
  private volatile Consumer<byte[], byte[]> scout;

  /**
   * An empty directory.
   *
   * @param timeout of messages: a missing topic is told before it
   * @param onAnswer called when it is worth to look something up again
   */
  TopicDirectory(
      KafkaClients clients, EndpointThreads threads, Duration timeout, Runnable onAnswer) {
    this.clients = clients;
    this.patience = Math.min(NEW_TOPIC_TIMEOUT.toNanos(), timeout.toNanos() / 2);
    this.threads = threads.forPurpose("topics");
    this.onAnswer = onAnswer;
  }

  /**
   * What is known now. Asks a broker if that is not enough.
   *
   * @param partition null if any will do
   */
  Finding find(String name, Integer partition) {
    return find(topic(name), partition, false);
  }

  /** As {@link #find}, where the producer does not find it. */
  Finding findMissing(String name, Integer partition) {
    return find(topic(name), partition, true);
  }

  /** Whether a broker has said that it does not know the topic, be it for ever or not. */
  boolean isMissing(String name) {
    Answer answer = topic(name).answer;
    return answer != null && answer.partitions == 0;
  }

  private Topic topic(String name) {
    Topic topic = topics.computeIfAbsent(name, Topic::new);
    topic.usedNanos = System.nanoTime();
    return topic;
  }

  private Finding find(Topic topic, Integer partition, boolean missed) {
    Answer answer = topic.answer;
    if (answer == null) {
      ask(topic);
      return Finding.TOPIC_OPEN;
    }
    if (answer.has(partition) && !missed) {
      return Finding.PRESENT;
    }
    long age = System.nanoTime() - answer.nanos;
    if (age >= answer.pause()) {
      ask(topic);
    }
    return age < FRESH_TIMEOUT_NANOS ? answer.finding(partition, patience) : answer.open();
  }

  /** Ends asking. A thread that hangs ends its client when it comes back. */
  void close() {
    closed = true;
    Consumer<byte[], byte[]> present = scout;
    if (present != null) {
      present.wakeup();
    }
    questions.clear();
    questions.add(new Topic("")); // wakes who waits for one
  }

  private void ask(Topic topic) {
    if (topic.asked || closed) {
      return;
    }
    topic.asked = true;
    questions.add(topic);
    startAsking();
  }

  private void startAsking() {
    if (asking.compareAndSet(false, true)) {
      try {
        threads.newThread(this::askAll).start();
      } catch (RuntimeException | Error e) {
        asking.set(false);
        throw e;
      }
    }
  }

  private void askAll() {
    Consumer<byte[], byte[]> client = null;
    try {
      client = clients.scout();
      scout = client;
      pause = MIN_DELAY_NANOS;
      for (Topic next = nextQuestion(); next != null; next = nextQuestion()) {
        ask(client, next);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("No client to ask for topics", e); // the producer has the same trouble, and tells
      pause(pause);
      pause = Math.min(2 * pause, MAX_DELAY_NANOS);
      forgetQuestions(); // a record that still waits asks again
    } finally {
      scout = null;
      end(client);
      asking.set(false);
    }
    if (!questions.isEmpty() && !closed) {
      startAsking();
    }
  }

  private void forgetQuestions() {
    for (Topic next = questions.poll(); next != null; next = questions.poll()) {
      next.asked = false;
    }
  }

  private static void end(Consumer<byte[], byte[]> client) {
    if (client != null) {
      client.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private Topic nextQuestion() {
    try {
      Topic next = closed ? null : questions.poll(IDLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return closed ? null : next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void ask(Consumer<byte[], byte[]> client, Topic topic) {
    try {
      topic.answered(client.partitionsFor(topic.name, ANSWER_TIMEOUT).size(), false);
    } catch (InvalidTopicException e) {
      topic.answered(0, false);
    } catch (TopicAuthorizationException e) {
      topic.answered(0, true);
    } catch (RuntimeException e) {
      LOG.debug("No broker has answered what it knows of topic '{}'", topic.name, e);
      pause(MIN_DELAY_NANOS);
    } finally {
      topic.asked = false;
    }
    onAnswer.run();
  }

  private void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A topic, and what was answered last. */
  private static final class Topic {

    private final String name;
    private volatile boolean asked;
    private volatile Answer answer;

    /** When it was looked up last; owned by the thread that sends. */
    private long usedNanos = System.nanoTime();

    Topic(String name) {
      this.name = name;
    }

    long unusedNanos() {
      return System.nanoTime() - usedNanos;
    }

    /** By the thread that asks. */
    void answered(int partitions, boolean forbidden) {
      long now = System.nanoTime();
      Answer former = answer;
      boolean still = former != null && former.partitions == 0 && partitions == 0;
      answer = new Answer(partitions, forbidden, now, still ? former.missingSince : now);
    }
  }

  /**
   * What a broker said.
   *
   * @param partitions none if it does not know the topic
   * @param nanos when, in {@link System#nanoTime()}
   * @param missingSince when it said so first
   */
  private record Answer(int partitions, boolean forbidden, long nanos, long missingSince) {

    boolean has(Integer partition) {
      return partitions > 0 && (partition == null || partition < partitions);
    }

    /** How long to wait before a broker is asked again: the longer, the longer it is missing. */
    long pause() {
      return Math.min(FRESH_TIMEOUT_NANOS, Math.max(MIN_DELAY_NANOS, (nanos - missingSince) / 2));
    }

    Finding finding(Integer partition, long patience) {
      if (forbidden) {
        return Finding.FORBIDDEN;
      }
      if (partitions > 0) {
        return has(partition) ? Finding.PRESENT : Finding.NO_PARTITION;
      }
      return nanos - missingSince >= patience ? Finding.NO_TOPIC : Finding.TOPIC_OPEN;
    }

    /** What it amounts to when it is too old. */
    Finding open() {
      return partitions > 0 ? Finding.PARTITION_OPEN : Finding.TOPIC_OPEN;
    }
  }
}
