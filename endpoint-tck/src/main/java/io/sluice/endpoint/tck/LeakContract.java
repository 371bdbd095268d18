/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A closed endpoint leaves nothing behind, and a factory out of service no thread. */
@DisplayName("Leaks")
public abstract class LeakContract extends ContractGroup {

  private static final int CYCLES = 50;

  @Test
  void threadsAreDaemonsOfTheEndpoint() {
    useOnce(
        () ->
            assertThat(threads().live())
                .isNotEmpty()
                .allSatisfy(
                    thread -> {
                      assertThat(thread.isDaemon()).as("%s is a daemon", thread).isTrue();
                      assertThat(thread.getContextClassLoader())
                          .as("context class loader of %s", thread)
                          .isNotNull();
                    }));
  }

  @Test
  void noThreadOutlivesTheFactory() {
    useOnce(() -> {});

    fixture().deactivateFactory();

    eventually().untilAsserted(() -> assertThat(threads().live()).isEmpty());
  }

  @Test
  void fiftyCyclesLeaveNothing() {
    useOnce(() -> {});
    List<WeakReference<Endpoint>> closed = new ArrayList<>();
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      closed.add(useOnce(() -> {}));
    }

    // What endpoints share is bounded by the processors, not by the number of endpoints.
    eventually()
        .untilAsserted(() -> assertThat(threads().live()).hasSizeLessThanOrEqualTo(CYCLES / 2));
    eventually()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(closed.stream().map(WeakReference::get).filter(Objects::nonNull).count())
                  .as("endpoints that are still reachable")
                  .isZero();
            });
  }

  /** Not by {@link #create}: this group's own list would keep it. */
  private WeakReference<Endpoint> useOnce(Runnable whileUp) {
    try (Endpoint endpoint =
        fixture()
            .factory()
            .create(
                EndpointConfiguration.of(
                    "contract", backend().configuration(type().modes().toArray(Mode[]::new))))) {
      join(endpoint.start());
      eventually().until(() -> endpoint.status().state() == EndpointState.UP);
      use(endpoint);
      whileUp.run();
      return new WeakReference<>(endpoint);
    } catch (ConfigurationException e) {
      throw new AssertionError("a configuration of the fixture was refused", e);
    }
  }

  private void use(Endpoint endpoint) {
    if (endpoint.modes().contains(Mode.CONSUME)) {
      RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
      subscribe((MessageEndpoint) endpoint, ConsumeRequest.defaults(), subscriber).request(1);
    }
    if (endpoint.modes().contains(Mode.PUBLISH)) {
      join(((MessageEndpoint) endpoint).publish(Message.of("x")));
    }
    if (endpoint.modes().contains(Mode.EXCHANGE)) {
      join(((ProxyEndpoint) endpoint).exchange(ProxyRequest.builder("GET", "/").build()))
          .body()
          .subscribe(new RecordingSubscriber<>());
    }
  }
}
