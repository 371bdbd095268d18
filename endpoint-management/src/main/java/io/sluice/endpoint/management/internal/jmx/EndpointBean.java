/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.jmx;

import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.support.message.HeaderText;
import java.time.Duration;

/**
 * Reads the attributes off the endpoint's status, which is asked for once a second at most: a
 * console reads all attributes, one after the other. Safe for use by many threads.
 */
final class EndpointBean implements EndpointMXBean {

  private static final Duration MAX_AGE = Duration.ofSeconds(1);

  private record Snapshot(EndpointStatus status, long nanos) {}

  private final ManagedEndpoint endpoint;
  private volatile Snapshot snapshot;

  EndpointBean(ManagedEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String getName() {
    return endpoint.name();
  }

  @Override
  public String getPid() {
    return endpoint.pid();
  }

  @Override
  public String getType() {
    return endpoint.type();
  }

  @Override
  public String getVersion() {
    return endpoint.version().orElse("");
  }

  @Override
  public String getState() {
    return status().state().name();
  }

  @Override
  public String getReason() {
    return status().reason();
  }

  @Override
  public String getSince() {
    return status().since().toString();
  }

  @Override
  public String getLastError() {
    return status().lastError().map(EndpointError::toString).orElse("");
  }

  @Override
  public String[] getViolations() {
    return status().violations().stream().map(Violation::toString).toArray(String[]::new);
  }

  @Override
  public String[] getWarnings() {
    return status().warnings().toArray(new String[0]);
  }

  @Override
  public String[] getDetails() {
    return status().details().entrySet().stream()
        .map(detail -> detail.getKey() + "=" + HeaderText.of(detail.getValue()))
        .toArray(String[]::new);
  }

  @Override
  public long getIn() {
    return counters().in();
  }

  @Override
  public long getOut() {
    return counters().out();
  }

  @Override
  public long getBytesIn() {
    return counters().bytesIn();
  }

  @Override
  public long getBytesOut() {
    return counters().bytesOut();
  }

  @Override
  public long getFailed() {
    return counters().failed();
  }

  @Override
  public long getDropped() {
    return counters().dropped();
  }

  @Override
  public long getSkipped() {
    return counters().skipped();
  }

  @Override
  public long getRedelivered() {
    return counters().redelivered();
  }

  @Override
  public long getIgnoredSettlements() {
    return counters().ignoredSettlements();
  }

  @Override
  public long getInFlight() {
    return counters().inFlight();
  }

  @Override
  public long getUnsettled() {
    return counters().unsettled();
  }

  @Override
  public long getReconnects() {
    return counters().reconnects();
  }

  @Override
  public long getLag() {
    return counters().lag();
  }

  private EndpointStatus status() {
    Snapshot present = snapshot;
    if (present == null || System.nanoTime() - present.nanos > MAX_AGE.toNanos()) {
      present = new Snapshot(endpoint.status(), System.nanoTime());
      snapshot = present;
    }
    return present.status;
  }

  private EndpointCounters counters() {
    return status().counters();
  }
}
