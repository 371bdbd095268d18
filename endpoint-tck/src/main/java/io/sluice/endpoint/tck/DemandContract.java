/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Consumers get what they ask for, in order, and no more: at every QoS level. */
@DisplayName("Demand")
public abstract class DemandContract extends ContractGroup {

  @BeforeEach
  final void needBackend() {
    need(Ability.SEND);
  }

  @Test
  void nothingIsDeliveredUnasked() {
    for (Qos qos : type().qos()) {
      MessageEndpoint endpoint = consuming();
      RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, qos);

      backend().send(endpoint, messages(3));

      stays(() -> assertThat(subscriber.count()).as("unasked under %s", qos).isZero());
      endpoint.close();
      assertThat(subscriber.breaches()).isEmpty();
      renew();
    }
  }

  @Test
  void exactlyWhatIsRequestedIsDelivered() {
    for (Qos qos : type().qos()) {
      MessageEndpoint endpoint = consuming();
      RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, qos);
      subscriber.request(2);
      backend().send(endpoint, messages(6));

      awaitCount(subscriber, 2);
      stays(() -> assertThat(subscriber.count()).as("2 requested under %s", qos).isEqualTo(2));
      subscriber.request(1);
      awaitCount(subscriber, 3);
      stays(() -> assertThat(subscriber.count()).as("3 requested under %s", qos).isEqualTo(3));

      endpoint.close();
      assertThat(subscriber.breaches()).isEmpty();
      renew();
    }
  }

  @Test
  void orderIsKeptHoweverItIsRequested() {
    int count = 300;
    Random random = new Random(7);
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, Qos.AUTO);
    subscriber.request(1);
    backend().send(endpoint, messages(count));

    for (int requested = 1; requested < count; ) {
      int more = Math.min(1 + random.nextInt(20), count - requested);
      subscriber.request(more);
      requested += more;
    }

    awaitCount(subscriber, count);
    assertThat(received(subscriber)).isEqualTo(texts(messages(count)));
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void requestingInsideOnNextDoesNotRecurse() {
    int count = 2000;
    MessageEndpoint endpoint = consuming();
    AtomicReference<RecordingSubscriber<Delivery>> self = new AtomicReference<>();
    int[] deepest = {0};
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(
            delivery -> {
              deepest[0] = Math.max(deepest[0], depth());
              self.get().request(1);
            });
    self.set(subscriber);
    subscribe(endpoint, ConsumeRequest.defaults(), subscriber).request(1);

    backend().send(endpoint, messages(count));

    awaitCount(subscriber, count);
    assertThat(deepest[0]).as("deepest stack").isLessThan(200);
    assertThat(received(subscriber)).isEqualTo(texts(messages(count)));
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void requestingNothingIsAnError() {
    for (long count : new long[] {0, -1}) {
      MessageEndpoint endpoint = consuming();
      RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO);
      eventually().until(() -> subscriber.subscription() != null);

      subscriber.subscription().request(count);

      eventually()
          .untilAsserted(
              () ->
                  assertThat(subscriber.error())
                      .as("rule 3.9: request(%d)", count)
                      .containsInstanceOf(IllegalArgumentException.class));
      renew();
    }
  }

  @Test
  void cancellingEndsDelivery() {
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, Qos.AUTO);
    subscriber.request(Long.MAX_VALUE);
    backend().send(endpoint, messages(1));
    awaitCount(subscriber, 1);

    subscriber.cancel();
    subscriber.cancel();
    stays(() -> assertThat(subscriber.count()).isEqualTo(1));
    RecordingSubscriber<Delivery> other = new RecordingSubscriber<>();
    subscribe(endpoint, request(Qos.AUTO, "other"), other).request(Long.MAX_VALUE);
    backend().send(endpoint, messages(1, 3));

    awaitCount(other, 3);
    stays(() -> assertThat(subscriber.count()).as("after cancel").isEqualTo(1));
    endpoint.close();
    assertThat(subscriber.isCompleted()).as("completed after cancel").isFalse();
    assertThat(subscriber.error()).as("failed after cancel").isEmpty();
  }

  @Test
  void deliveriesComeOnThreadsOfTheEndpoint() {
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, Qos.AUTO);
    subscriber.request(3);
    backend().send(endpoint, messages(3));

    awaitCount(subscriber, 3);
    assertThat(subscriber.threads()).allMatch(name -> name.startsWith(threads().prefix()));
  }

  private RecordingSubscriber<Delivery> acknowledging(MessageEndpoint endpoint, Qos qos) {
    return subscribe(endpoint, ConsumeRequest.of(qos), new RecordingSubscriber<>(Delivery::ack));
  }

  private static int depth() {
    return Thread.currentThread().getStackTrace().length;
  }
}
