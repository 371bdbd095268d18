/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

/** The states of an endpoint. Does not grow within 1.x. */
public enum EndpointState {
  /** No bundle in the host serves the configured type and version yet. */
  UNSATISFIED,
  /** The configuration does not fit the schema; the status lists the violations. */
  INVALID,
  /** Starting: the first connection is being made. */
  STARTING,
  /** Connected and working. */
  UP,
  /** Working, with a fault that an operator should look at; the reason says which. */
  DEGRADED,
  /** Not connected; connecting again goes on in the background. */
  DOWN,
  /** Intake has stopped; what is unsettled or in flight gets time to finish. */
  DRAINING,
  /** Given up; a new configuration or bundle is needed. */
  FAILED,
  /** Not started, or stopped on request. */
  STOPPED
}
