/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime;

import io.sluice.endpoint.EndpointStatus;
import org.osgi.annotation.versioning.ProviderType;

/** A pipe between two endpoints. Safe for use by many threads. */
@ProviderType
public interface ManagedPipe {

  /** The configured name, or what follows the tilde in the PID. */
  String name();

  /** The PID of the configuration. */
  String pid();

  /**
   * The name of the endpoint that the pipe consumes from; may be empty in a broken configuration.
   */
  String from();

  /**
   * The name of the endpoint that the pipe publishes to; may be empty in a broken configuration.
   */
  String to();

  /** The present status; {@code in} counts consumed messages, {@code out} confirmed ones. */
  EndpointStatus status();
}
