/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many threads use one endpoint. */
@DisplayName("Concurrent use")
public abstract class ConcurrentUseContract extends ContractGroup {

  private static final int THREADS = 4;
  private static final int MESSAGES = 100;
  private static final int ROUNDS = 50;

  @Test
  void manyPublishersLoseNothing() throws Exception {
    need(Mode.CONSUME);
    need(Mode.PUBLISH);
    need(Qos.AT_LEAST_ONCE);
    MessageEndpoint endpoint = consuming();
    Set<String> arrived = ConcurrentHashMap.newKeySet();
    List<RecordingSubscriber<Delivery>> consumers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      RecordingSubscriber<Delivery> consumer =
          new RecordingSubscriber<>(
              delivery -> {
                arrived.add(delivery.message().text());
                delivery.ack();
              });
      subscribe(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE), consumer).request(Long.MAX_VALUE);
      consumers.add(consumer);
    }
    if (backend().abilities().contains(Ability.SEND)) {
      backend().send(endpoint, List.of(Message.of("the consumers are known")));
      eventually().until(() -> arrived.contains("the consumers are known"));
    }

    Set<String> confirmed = publishByManyThreads(endpoint);

    assertThat(confirmed).hasSize(THREADS * MESSAGES);
    eventually().untilAsserted(() -> assertThat(arrived).containsAll(confirmed));
    assertThat(consumers).allSatisfy(consumer -> assertThat(consumer.breaches()).isEmpty());
  }

  @Test
  void consumersComeAndGo() throws Exception {
    need(Mode.CONSUME);
    MessageEndpoint endpoint = (MessageEndpoint) started(need(Situation.FLOOD));
    List<RecordingSubscriber<Delivery>> gone = new ArrayList<>();
    ExecutorService users = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<List<RecordingSubscriber<Delivery>>>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = new Random(thread);
        String clientId = "client" + thread % 2;
        results.add(users.submit(() -> comeAndGo(endpoint, clientId, random)));
      }
      for (var result : results) {
        gone.addAll(result.get(fixture().patience().toMillis() * 2, TimeUnit.MILLISECONDS));
      }
    } finally {
      users.shutdownNow();
    }

    assertThat(gone).hasSize(THREADS * ROUNDS);
    assertThat(gone).allSatisfy(one -> assertThat(one.breaches()).isEmpty());
    RecordingSubscriber<Delivery> last = new RecordingSubscriber<>(Delivery::ack);
    subscribe(endpoint, request(Qos.AUTO, "client0"), last).request(10);
    awaitCount(last, 10);
  }

  private List<RecordingSubscriber<Delivery>> comeAndGo(
      MessageEndpoint endpoint, String clientId, Random random) {
    List<RecordingSubscriber<Delivery>> gone = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      RecordingSubscriber<Delivery> one = new RecordingSubscriber<>();
      subscribe(endpoint, request(Qos.AUTO, clientId), one).request(1 + random.nextInt(50));
      if (round % 10 == 0) {
        awaitCount(one, 1);
      }
      assertThat(endpoint.status()).isNotNull();
      eventually().until(() -> one.subscription() != null);
      one.cancel();
      gone.add(one);
    }
    return gone;
  }

  private Set<String> publishByManyThreads(MessageEndpoint endpoint) throws Exception {
    ExecutorService publishers = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Set<String>>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        String name = "p" + thread + "-";
        results.add(publishers.submit(() -> publishAll(endpoint, name)));
      }
      Set<String> confirmed = new HashSet<>();
      for (Future<Set<String>> result : results) {
        confirmed.addAll(result.get(fixture().patience().toMillis() * 2, TimeUnit.MILLISECONDS));
      }
      return confirmed;
    } finally {
      publishers.shutdownNow();
    }
  }

  private Set<String> publishAll(MessageEndpoint endpoint, String name) {
    Set<String> confirmed = new HashSet<>();
    for (int i = 0; i < MESSAGES; i++) {
      Message message = Message.of(name + i);
      Receipt receipt = join(endpoint.publish(message));
      while (isOverloaded(receipt)) {
        Thread.onSpinWait();
        receipt = join(endpoint.publish(message));
      }
      receipt.orThrow();
      confirmed.add(message.text());
    }
    return confirmed;
  }

  private static boolean isOverloaded(Receipt receipt) {
    return receipt.error().map(EndpointException::code).equals(Optional.of(ErrorCode.OVERLOADED));
  }
}
