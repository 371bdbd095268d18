/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.MessageEndpoint;
import java.util.Optional;

/** Finds the stable handles by name, for the parts of the runtime that use endpoints. */
@FunctionalInterface
public interface EndpointDirectory {

  /** The handle of a live endpoint. Control thread. */
  Optional<MessageEndpoint> handle(String name);
}
