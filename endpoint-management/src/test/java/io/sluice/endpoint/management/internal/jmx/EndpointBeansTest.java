/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.management.internal.ShownEndpoint;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class EndpointBeansTest {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final MBeanServer server = MBeanServerFactory.newMBeanServer();
  private final EndpointBeans beans = new EndpointBeans(server);

  @Test
  void showsTheStatusAsAttributes() throws Exception {
    beans.endpointAdded(
        ShownEndpoint.live(
            "orders",
            EndpointStatus.builder(EndpointState.DEGRADED, TIME)
                .reason("a bad edit")
                .violations(List.of(Violation.of("/a", "a", "is wrong")))
                .lastError(EndpointError.of(ErrorCode.TIMEOUT, "no answer", TIME))
                .details(Map.of("assigned", List.of("orders-0")))
                .counters(EndpointCounters.builder().in(3).out(2).skipped(5).lag(7).build())
                .build()));

    ObjectName name = new ObjectName("io.sluice:type=Endpoint,name=orders");
    assertThat(server.getAttribute(name, "State")).isEqualTo("DEGRADED");
    assertThat(server.getAttribute(name, "Reason")).isEqualTo("a bad edit");
    assertThat(server.getAttribute(name, "Since")).isEqualTo("2026-01-01T00:00:00Z");
    assertThat((String[]) server.getAttribute(name, "Violations")).containsExactly("/a: is wrong");
    assertThat((String) server.getAttribute(name, "LastError")).startsWith("TIMEOUT: no answer");
    assertThat(server.getAttribute(name, "In")).isEqualTo(3L);
    assertThat(server.getAttribute(name, "Skipped")).isEqualTo(5L);
    assertThat(server.getAttribute(name, "Lag")).isEqualTo(7L);
    assertThat((String[]) server.getAttribute(name, "Details"))
        .containsExactly("assigned=[\"orders-0\"]");
  }

  @Test
  void asksForTheStatusOnceASecondAtMostHoweverManyAttributesAreRead() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    EndpointStatus up = EndpointStatus.builder(EndpointState.UP, TIME).build();
    ManagedEndpoint shown = ShownEndpoint.live("orders", up);
    beans.endpointAdded(
        (ManagedEndpoint)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ManagedEndpoint.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("status")) {
                    asked.incrementAndGet();
                  }
                  return method.invoke(shown, arguments);
                }));
    ObjectName name = new ObjectName("io.sluice:type=Endpoint,name=orders");
    String[] attributes =
        Stream.of(server.getMBeanInfo(name).getAttributes())
            .map(MBeanAttributeInfo::getName)
            .toArray(String[]::new);

    long start = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      assertThat(server.getAttributes(name, attributes)).hasSameSizeAs(attributes);
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - start);

    assertThat(attributes).hasSizeGreaterThan(20);
    assertThat(asked.get()).isBetween(1, 1 + (int) taken.toSeconds());
  }

  @Test
  void tellsConfigurationsOfTheSameNameApart() throws Exception {
    EndpointStatus up = EndpointStatus.builder(EndpointState.UP, TIME).build();
    EndpointStatus invalid = EndpointStatus.builder(EndpointState.INVALID, TIME).build();
    beans.endpointAdded(ShownEndpoint.live("orders", up));
    beans.endpointAdded(ShownEndpoint.refused("orders", "io.sluice.endpoint~b", invalid));

    assertThat(names()).hasSize(2);
    assertThat(server.isRegistered(new ObjectName("io.sluice:type=Endpoint,name=orders"))).isTrue();
  }

  @Test
  void leavesNothingBehind() throws Exception {
    EndpointStatus up = EndpointStatus.builder(EndpointState.UP, TIME).build();
    ShownEndpoint first = ShownEndpoint.live("first", up);
    beans.endpointAdded(first);
    beans.endpointAdded(ShownEndpoint.live("second", up));
    beans.endpointRemoved(first);
    assertThat(names()).hasSize(1);
    beans.deactivate();
    beans.endpointAdded(ShownEndpoint.live("late", up));
    assertThat(names()).isEmpty();
  }

  private Set<ObjectName> names() throws Exception {
    return server.queryNames(new ObjectName("io.sluice:*"), null);
  }
}
