/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

/** What an operator may do to an endpoint beyond editing its configuration. */
public interface EndpointOperations {

  /**
   * Stops an endpoint after its drain time, until {@link #resume} or a restart of the runtime.
   *
   * @return whether there is an endpoint of that name
   */
  boolean drain(String name);

  /**
   * Lets a drained endpoint start again.
   *
   * @return whether there is an endpoint of that name
   */
  boolean resume(String name);
}
