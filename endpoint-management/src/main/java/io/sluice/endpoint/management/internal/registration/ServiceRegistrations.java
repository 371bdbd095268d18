/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.registration;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.ServiceRegistration;

/**
 * The service registrations made for some owners, none of which outlives its owner or {@link
 * #close}. Safe for use by many threads; no lock is held while services come and go.
 *
 * @param <K> the owners, told apart by identity
 */
public final class ServiceRegistrations<K> {

  private final Map<K, ServiceRegistration<?>> registrations = new IdentityHashMap<>();
  private boolean closed;

  /** Registers a service for an owner that has none; does nothing after {@link #close}. */
  public void register(K owner, Supplier<ServiceRegistration<?>> registration) {
    if (!lacks(owner)) {
      return;
    }
    ServiceRegistration<?> made = registration.get();
    if (!add(owner, made)) {
      made.unregister();
    }
  }

  /** Ends the registration of an owner, if it has one. */
  public void unregister(K owner) {
    ServiceRegistration<?> registration;
    synchronized (registrations) {
      registration = registrations.remove(owner);
    }
    if (registration != null) {
      registration.unregister();
    }
  }

  /** Ends all registrations, those that are being made included. */
  public void close() {
    List<ServiceRegistration<?>> all;
    synchronized (registrations) {
      closed = true;
      all = new ArrayList<>(registrations.values());
      registrations.clear();
    }
    all.forEach(ServiceRegistration::unregister);
  }

  /**
   * To be asked first: listeners take a second service that goes again for the end of the first.
   */
  private boolean lacks(K owner) {
    synchronized (registrations) {
      return !closed && !registrations.containsKey(owner);
    }
  }

  private boolean add(K owner, ServiceRegistration<?> registration) {
    synchronized (registrations) {
      return !closed && registrations.putIfAbsent(owner, registration) == null;
    }
  }
}
