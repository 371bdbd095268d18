/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.jmx;

/**
 * What JMX shows of an endpoint. Times are ISO 8601 in UTC; texts are empty where there is none.
 */
public interface EndpointMXBean {

  /** The endpoint's name. */
  String getName();

  /** The PID of its configuration. */
  String getPid();

  /** The endpoint's type. */
  String getType();

  /** The version of the bundle that serves it. */
  String getVersion();

  /** The state, as in {@link io.sluice.endpoint.EndpointState}. */
  String getState();

  /** Why it is in this state. */
  String getReason();

  /** When the state was entered. */
  String getSince();

  /** The last error: code, message and time. */
  String getLastError();

  /** What is wrong with the newest configuration. */
  String[] getViolations();

  /** What an operator should know although it works. */
  String[] getWarnings();

  /** Facts of the endpoint's type, each as {@code name=value}; lists and maps are JSON. */
  String[] getDetails();

  /** Messages delivered to consumers, or exchanges begun. */
  long getIn();

  /** Messages confirmed, or exchanges completed. */
  long getOut();

  /** Payload bytes delivered to consumers. */
  long getBytesIn();

  /** Payload bytes confirmed. */
  long getBytesOut();

  /** Messages rejected or discarded, and exchanges failed. */
  long getFailed();

  /** Messages dropped under QoS NONE. */
  long getDropped();

  /** Messages, at most, that the backend had removed before they were delivered. */
  long getSkipped();

  /** Deliveries beyond a message's first. */
  long getRedelivered();

  /** Settlements that came too late. */
  long getIgnoredSettlements();

  /** Messages or exchanges under way to the backend now. */
  long getInFlight();

  /** Deliveries not settled now. */
  long getUnsettled();

  /** Connections made after the first. */
  long getReconnects();

  /** Messages waiting in the backend, -1 if unknown. */
  long getLag();
}
