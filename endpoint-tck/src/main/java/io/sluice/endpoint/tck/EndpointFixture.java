/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What the contract needs of the author of a plugin. Made once for a test class, used by one test
 * after the other, closed at the end.
 */
public interface EndpointFixture extends AutoCloseable {

  /** The factory under test; the same one at each call, until it is deactivated. */
  EndpointFactory factory();

  /**
   * Takes the factory out of service as the end of its bundle does, with what its endpoints share,
   * and puts a new one in its place. To be overridden where endpoints share anything.
   */
  default void deactivateFactory() {}

  /** A backend, or a place in one (a topic, a queue …), that no other test has used. */
  Backend newBackend();

  /** Some configurations with mistakes, those that only this type can have above all; not empty. */
  List<InvalidConfiguration> invalidConfigurations();

  /**
   * Dotted keys of secrets that have no property in the schema, as they match a pattern only. The
   * contract knows the properties of format {@code password} by itself.
   */
  default Set<String> furtherSecrets() {
    return Set.of();
  }

  /** How long to wait for what must happen before a check fails. */
  default Duration patience() {
    return Duration.ofSeconds(20);
  }

  /** How long nothing may happen for a check of that to pass. */
  default Duration quiet() {
    return Duration.ofMillis(300);
  }

  /** Ends everything that the fixture has started. */
  @Override
  default void close() {}
}
