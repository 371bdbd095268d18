/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;

class ServiceRegistrationsTest {

  private final List<String> events = new ArrayList<>();
  private final ServiceRegistrations<String> registrations = new ServiceRegistrations<>();

  @Test
  void registersOnceAnOwner() {
    registrations.register("a", () -> registration("first"));
    registrations.register("a", () -> registration("second"));

    assertThat(events).containsExactly("first registered");
  }

  @Test
  void ownerMayRegisterAgainAfterItsEnd() {
    registrations.register("a", () -> registration("first"));
    registrations.unregister("a");
    registrations.register("a", () -> registration("second"));

    assertThat(events).containsExactly("first registered", "first gone", "second registered");
  }

  @Test
  void nothingOutlivesTheClose() {
    registrations.register("a", () -> registration("first"));
    registrations.register(
        "b",
        () -> {
          registrations.close();
          return registration("meanwhile");
        });
    registrations.register("c", () -> registration("late"));

    assertThat(events)
        .containsExactly(
            "first registered", "first gone", "meanwhile registered", "meanwhile gone");
  }

  private ServiceRegistration<?> registration(String name) {
    events.add(name + " registered");
    return (ServiceRegistration<?>)
        Proxy.newProxyInstance(
            ServiceRegistration.class.getClassLoader(),
            new Class<?>[] {ServiceRegistration.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("unregister")) {
                events.add(name + " gone");
              }
              return null;
            });
  }
}
