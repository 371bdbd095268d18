/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.FAST;
import static io.sluice.endpoint.mock.internal.MockFixture.eventually;
import static io.sluice.endpoint.mock.internal.MockFixture.join;
import static io.sluice.endpoint.mock.internal.MockFixture.state;
import static io.sluice.endpoint.mock.internal.MockFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MockEndpointFactoryTest {

  @RegisterExtension private final MockFixture mock = new MockFixture();

  @Test
  void describesTheType() {
    EndpointType type = mock.factory().type();

    assertThat(type.name()).isEqualTo("mock");
    assertThat(type.modes()).containsExactly(Mode.values());
    assertThat(type.qos()).containsExactly(Qos.values());
    assertThat(type.capabilities())
        .containsExactly(EndpointType.RESUME, EndpointType.COMPETING_CONSUMERS);
    assertThat(type.schema().json()).contains("messageInterval");
  }

  @Test
  void aCheckTellsWhatTheFaultsWouldDo() {
    assertThat(check(Map.of()).outcome()).isEqualTo(CheckStep.Outcome.PASSED);
    assertThat(check(Map.of("faults.failStart", true)).message()).contains("faults.failStart");
    assertThat(check(Map.of("faults.connectLatency", 2000)).code())
        .contains(ErrorCode.CONNECT_TIMEOUT);
  }

  private CheckStep check(Map<String, Object> properties) {
    return join(mock.factory()
            .check(EndpointConfiguration.of("orders", properties), Duration.ofSeconds(1)))
        .get(0);
  }

  @Test
  void listsEveryViolation() {
    assertThatThrownBy(
            () ->
                mock.create(
                    Map.of(
                        "messageInterval", -1,
                        "messageCoutn", 3,
                        "http.status", 99,
                        "headers.0.name", "x",
                        "faults.publishErrorRate", "much")))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            error ->
                assertThat(error.violations())
                    .extracting(Violation::pointer)
                    .containsExactlyInAnyOrder(
                        "/messageInterval",
                        "/messageCoutn",
                        "/http/status",
                        "/headers/0/value",
                        "/faults/publishErrorRate"));
  }

  @Test
  void creatingStartsNoThread() {
    mock.create(FAST);

    assertThat(MockLifecycleTest.threads()).isEmpty();
  }

  @Test
  void closingEndsEverything() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.NONE).request(Long.MAX_VALUE);
    subscriber.await(1);

    mock.factory().close();

    assertThat(state(endpoint)).isEqualTo(EndpointState.STOPPED);
    assertThat(subscriber.isCompleted()).isTrue();
    assertThat(MockLifecycleTest.threads()).isEmpty();
  }

  @Test
  void aClosedEndpointIsHeldByNobody() {
    WeakReference<MockEndpoint> closed = usedAndClosed();

    eventually()
        .until(
            () -> {
              System.gc();
              return closed.get() == null;
            });
  }

  private WeakReference<MockEndpoint> usedAndClosed() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 1, "echo", true));
    TestSubscriber<Delivery> gone = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(2);
    gone.await(2);
    endpoint.publish(Message.of("never confirmed"));
    subscribe(endpoint, Qos.AUTO).request(9).await(2);
    endpoint.close();
    return new WeakReference<>(endpoint);
  }

  @Test
  void anEndpointOfAClosedFactoryDoesNotStart() {
    MockEndpoint endpoint = mock.create(FAST);
    mock.factory().close();

    assertThatThrownBy(() -> join(endpoint.start()));

    assertThat(state(endpoint)).isEqualTo(EndpointState.FAILED);
    assertThat(MockLifecycleTest.threads()).isEmpty();
    endpoint.close();
  }
}
