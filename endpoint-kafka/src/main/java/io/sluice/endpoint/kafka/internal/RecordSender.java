/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.publishing.Outbox;
import io.sluice.endpoint.support.publishing.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Hands records to the client, whose {@code send} does not wait, and sees to it that each
 * publication has an outcome in time, also when the client fails.
 *
 * <p>What the client cannot take now waits in the lane of its topic, so that other topics pass by.
 * A record for a partition that its topic does not have waits in a lane of its own: no other record
 * is to keep its order with it.
 *
 * <p>Belongs to the thread that sends, but for the outcomes, which come on threads of the client.
 */
final class RecordSender implements Handover.Outcomes {

  /** What a partition is called when any will do. */
  private static final int ANY = -1;

  private final SendingClient sendingClient;
  private final TopicDirectory directory;
  private final Duration timeout;

  /** How many messages may wait for topics that they name and that no broker knows. */
  private final int mostAstray;

  private final Supplier<Optional<String>> hindrance;
  private final Outbox<PublishedRecords> outbox;
  private final Map<TopicPartition, WaitingRecords> lanes = new LinkedHashMap<>();
  private final List<Handover> leaving = new ArrayList<>();
  private final Queue<Handover> innocent = new ConcurrentLinkedQueue<>();

  private Producer<byte[], byte[]> client;
  private volatile boolean waiting;

  /**
   * A sender without a client.
   *
   * @param limits say after which time a publication is rejected
   * @param hindrance tells at any time why no broker may be reached, for people
   * @param outbox whose publications it hands over
   */
  RecordSender(
      SendingClient sendingClient,
      TopicDirectory directory,
      InFlightLimits limits,
      Supplier<Optional<String>> hindrance,
      Outbox<PublishedRecords> outbox) {
    this.sendingClient = sendingClient;
    this.directory = directory;
    this.timeout = limits.timeout();
    this.mostAstray = Math.max(1, limits.messages() / 4);
    this.hindrance = hindrance;
    this.outbox = outbox;
  }

  /** Whether something has to wait that no signal may announce. */
  boolean isWaiting() {
    return waiting;
  }

  /**
   * Sends what a publication consists of, or as much as the client can take.
   *
   * @return false if there is no client
   */
  boolean accept(Publication<PublishedRecords> publication) {
    if (client == null) {
      return false;
    }
    handAll(publication);
    return true;
  }

  /** Goes on with what has waited. */
  void advance() {
    useClient();
    for (Handover next = innocent.poll(); next != null; next = innocent.poll()) {
      lane(place(next, ANY)).addAgain(next);
    }
    if (lanes.isEmpty()) {
      waiting = false;
      return;
    }
    int astray = 0;
    for (Iterator<Map.Entry<TopicPartition, WaitingRecords>> each = lanes.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<TopicPartition, WaitingRecords> lane = each.next();
      if (lane.getValue().advance(next -> step(next, lane.getKey()))) {
        each.remove();
      } else if (directory.isMissing(lane.getKey().topic())) {
        astray += rejectAstray(lane.getValue(), mostAstray - astray);
      }
    }
    leaving.forEach(each -> lane(place(each, each.record().partition())).add(each));
    leaving.clear();
    waiting = !lanes.isEmpty();
  }

  /**
   * Rejects the latest that wait for a topic which no broker knows, so that those who make up names
   * do not use up the window.
   *
   * @return how many go on waiting
   */
  private int rejectAstray(WaitingRecords lane, int most) {
    Handover first = lane.first();
    if (first == null || !first.namesTopic()) {
      return 0;
    }
    lane.cut(most)
        .forEach(
            each ->
                each.publication()
                    .reject(
                        EndpointException.retryable(
                            ErrorCode.OVERLOADED,
                            "too many messages wait for topics that do not exist, as this one for '%s', which it names in %s"
                                .formatted(each.record().topic(), KafkaAttributes.TOPIC))));
    return lane.size();
  }

  /** What the former client has not confirmed, the next one sends, in the former order. */
  private void useClient() {
    Producer<byte[], byte[]> present = sendingClient.current();
    if (present == client) {
      return;
    }
    client = present;
    innocent.clear();
    lanes.clear();
    outbox.replay();
  }

  private void handAll(Publication<PublishedRecords> publication) {
    PublishedRecords records = publication.content();
    int size = records.size();
    if (size == 1) {
      records.untaken(1);
      hand(new Handover(publication, 0, this));
      return;
    }
    List<Handover> missing = new ArrayList<>(size);
    for (int index = 0; index < size; index++) {
      if (!records.isConfirmed(index)) {
        missing.add(new Handover(publication, index, this));
      }
    }
    records.untaken(missing.size());
    missing.forEach(this::hand);
  }

  private void hand(Handover handover) {
    WaitingRecords lane = lanes.isEmpty() ? null : presentLane(handover);
    if (lane != null) {
      lane.add(handover);
      return;
    }
    TopicPartition place = give(handover);
    if (place != null) {
      lane(place).add(handover);
    }
  }

  private WaitingRecords presentLane(Handover handover) {
    WaitingRecords lane = lanes.get(place(handover, ANY));
    Integer partition = handover.record().partition();
    return lane != null || partition == null ? lane : lanes.get(place(handover, partition));
  }

  private WaitingRecords lane(TopicPartition place) {
    waiting = true;
    return lanes.computeIfAbsent(place, key -> new WaitingRecords());
  }

  private static TopicPartition place(Handover handover, int partition) {
    return new TopicPartition(handover.record().topic(), partition);
  }

  /** Takes on a record that has waited; false if it still has to. */
  private boolean step(Handover handover, TopicPartition lane) {
    TopicPartition place = handover.isOver() ? null : give(handover);
    if (place == null) {
      return true;
    }
    boolean leaves = lane.partition() == ANY && place.partition() != ANY;
    if (leaves) {
      leaving.add(handover);
    }
    return leaves;
  }

  /** Gives a record to the client, or rejects it; else tells where it has to wait. */
  private TopicPartition give(Handover handover) {
    if (client == null) {
      return null; // the next one gets it
    }
    if (handover.namesTopic()) {
      ProducerRecord<byte[], byte[]> record = handover.record();
      TopicDirectory.Finding finding = directory.find(record.topic(), record.partition());
      if (finding != TopicDirectory.Finding.PRESENT) {
        return settle(handover, finding);
      }
    }
    Throwable refusal = handover.give(client);
    if (refusal == null) {
      taken(handover);
      return null;
    }
    return refused(handover, refusal);
  }

  private static void taken(Handover handover) {
    Publication<PublishedRecords> publication = handover.publication();
    if (handover.isTakenFirst()
        && publication.content().taken()
        && !publication.awaitsConfirmation()) {
      publication.confirm(Attributes.empty());
    }
  }

  private TopicPartition refused(Handover handover, Throwable refusal) {
    if (KafkaErrors.isFatal(refusal)) {
      sendingClient.broken(client, refusal);
      client = null; // at the next look there is another one, or none
      return null;
    }
    if (KafkaErrors.isForgottenTopic(refusal)) {
      return place(handover, ANY);
    }
    if (!(refusal instanceof TimeoutException)) {
      handover.publication().reject(error(handover, refusal));
      return null;
    }
    if (refusal.getCause() instanceof TopicAuthorizationException forbidden) {
      handover.publication().reject(KafkaErrors.of(forbidden));
      return null;
    }
    ProducerRecord<byte[], byte[]> record = handover.record();
    boolean partitionUnknown = KafkaErrors.isPartitionUnknown(refusal);
    if (!partitionUnknown && !(refusal.getCause() instanceof UnknownTopicOrPartitionException)) {
      return place(handover, ANY); // no metadata yet, or no memory
    }
    TopicPartition place =
        settle(handover, directory.findMissing(record.topic(), record.partition()));
    return place != null && partitionUnknown ? place(handover, record.partition()) : place;
  }

  private TopicPartition settle(Handover handover, TopicDirectory.Finding finding) {
    ProducerRecord<byte[], byte[]> record = handover.record();
    switch (finding) {
      case NO_TOPIC -> handover.publication().reject(noTopic(handover));
      case NO_PARTITION -> handover.publication().reject(noPartition(record));
      case FORBIDDEN ->
          handover
              .publication()
              .reject(KafkaErrors.of(new TopicAuthorizationException(Set.of(record.topic()))));
      case PARTITION_OPEN -> {
        return place(handover, record.partition() == null ? ANY : record.partition());
      }
      default -> {
        return place(handover, ANY);
      }
    }
    return null;
  }

  private static EndpointException noTopic(Handover handover) {
    String topic = handover.record().topic();
    return handover.namesTopic()
        ? EndpointException.ofMessage(
            ErrorCode.TOPIC_UNKNOWN,
            "there is no topic '%s', which the message names in %s, and the brokers did not make it"
                .formatted(topic, KafkaAttributes.TOPIC),
            null)
        : EndpointException.retryable(
            ErrorCode.TOPIC_UNKNOWN,
            "there is no topic '%s', and the brokers did not make it: create it".formatted(topic));
  }

  private static EndpointException noPartition(ProducerRecord<byte[], byte[]> record) {
    return EndpointException.ofMessage(
        ErrorCode.UNROUTABLE,
        "topic '%s' has no partition %d, which the message names in %s"
            .formatted(record.topic(), record.partition(), KafkaAttributes.PARTITION),
        null);
  }

  @Override
  public void confirmed(Handover handover, RecordMetadata metadata) {
    PublishedRecords records = handover.publication().content();
    if (records.confirm(handover.index(), metadata)) {
      handover.publication().confirm(records.places());
    }
    sendingClient.works(handover.client());
    if (waiting) {
      outbox.signal(); // there may be memory again
    }
  }

  @Override
  public void failed(Handover handover, Exception failure) {
    if (KafkaErrors.isFatal(failure)) {
      sendingClient.broken(handover.client(), failure);
      outbox.signal();
    } else if (KafkaErrors.isOfAnotherRecord(failure)) {
      innocent.add(handover);
      outbox.signal();
    } else {
      handover.publication().reject(error(handover, failure));
      if (!(failure instanceof RetriableException)) {
        sendingClient.works(handover.client()); // a broker that refuses one has been asked
      }
      if (waiting) {
        outbox.signal();
      }
    }
  }

  private EndpointException error(Handover handover, Throwable failure) {
    if (failure instanceof TimeoutException) {
      return overdue();
    }
    boolean late = handover.publication().ageNanos() >= timeout.toNanos();
    if (late && failure instanceof RetriableException) {
      return overdue(hindrance.get().or(() -> Optional.ofNullable(failure.getMessage())));
    }
    if (failure instanceof InvalidTopicException && handover.namesTopic()) {
      return EndpointException.ofMessage(
          ErrorCode.TOPIC_UNKNOWN,
          "the brokers take no messages for topic '%s', which the message names in %s"
              .formatted(handover.record().topic(), KafkaAttributes.TOPIC),
          failure);
    }
    return KafkaErrors.of(failure);
  }

  /** Why a publication that is older than the timeout has no outcome. */
  EndpointException overdue() {
    return overdue(hindrance.get());
  }

  private EndpointException overdue(Optional<String> why) {
    return EndpointException.retryable(
        ErrorCode.TIMEOUT,
        "no broker confirmed the message within producer.timeout, %d ms%s"
            .formatted(timeout.toMillis(), why.map(reason -> ": " + reason).orElse("")));
  }
}
