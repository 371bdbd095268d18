/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.concurrent.SerialTask;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The present status of one endpoint, and the announcement of its changes, serially and in order,
 * to the log and to the listeners.
 *
 * <p>A lock guards status, troubles and listeners; no foreign code runs within it. What is
 * announced to whom is fixed with the change: a listener is told nothing that happened before it
 * was added.
 */
final class StatusBoard {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointLifecycle.class);

  private record Change(
      EndpointStatus status,
      EndpointException error,
      boolean stateChanged,
      List<StatusListener> listeners) {}

  private final String endpoint;
  private final EndpointMeter meter;
  private final Clock clock;
  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
  private final SerialTask announcements;

  private final Object lock = new Object();
  private volatile EndpointStatus status;
  private volatile List<StatusListener> listeners = List.of();
  private volatile Details details;

  private final LinkStates links = new LinkStates();

  /** Reasons by key, in the order in which they appeared. */
  private final Map<String, String> troubles = new LinkedHashMap<>();

  /** Warnings that may be over some time, by key. */
  private final Map<String, String> passing = new HashMap<>();

  StatusBoard(String endpoint, Executor executor, EndpointMeter meter, Clock clock) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.meter = Objects.requireNonNull(meter, "meter");
    this.clock = clock;
    this.details = new Details(endpoint, Map::of);
    this.status = EndpointStatus.builder(EndpointState.STOPPED, clock.instant()).build();
    // Once the executor was shut down, changes are announced by the thread that makes them.
    this.announcements = SerialTask.idle(executor, this::announce, this::announce);
  }

  /** Where the details come from. */
  void detailsFrom(Supplier<Map<String, Object>> gauge) {
    details = new Details(endpoint, gauge);
  }

  /** The state alone. */
  EndpointState state() {
    return status.state();
  }

  /** A snapshot with details and counters. */
  EndpointStatus snapshot() {
    return complete(status);
  }

  /** Enters a state and announces it. */
  boolean report(EndpointState state, String reason, EndpointException error) {
    boolean entered = enter(state, reason, error);
    announceChanges();
    return entered;
  }

  /** A link is up. */
  boolean up(String link) {
    return change(() -> links.up(link), null);
  }

  /** A link is down. */
  boolean down(String link, EndpointException error) {
    return change(() -> links.down(link, error), error);
  }

  /** There is no such link any more. */
  void unlink(String link) {
    synchronized (lock) {
      links.remove(link);
      if (isRunning()) {
        enterByLinks(null);
      }
    }
    announceChanges();
  }

  private boolean change(Runnable report, EndpointException error) {
    boolean entered;
    synchronized (lock) {
      report.run();
      entered = links.areKnown() && enterByLinks(error);
    }
    announceChanges();
    return entered;
  }

  private boolean enterByLinks(EndpointException error) {
    String reason = links.reason();
    if (links.areKnown() && !links.isAnyUp()) {
      return enter(EndpointState.DOWN, reason, error);
    }
    List<String> reasons = new ArrayList<>(troubles.values());
    if (!reason.isEmpty()) {
      reasons.add(0, reason);
    }
    EndpointState state = reasons.isEmpty() ? EndpointState.UP : EndpointState.DEGRADED;
    return enter(state, String.join("; ", reasons), error);
  }

  /** Shows a trouble, now or when it is up; with an empty reason it is over. */
  void trouble(String key, String reason) {
    synchronized (lock) {
      String before = reason.isEmpty() ? troubles.remove(key) : troubles.put(key, reason);
      if (reason.equals(before == null ? "" : before)) {
        return;
      }
      if (isRunning()) {
        enterByLinks(null);
      }
    }
    announceChanges();
  }

  private boolean isRunning() {
    EndpointState now = state();
    return now == EndpointState.UP || now == EndpointState.DEGRADED || now == EndpointState.DOWN;
  }

  /** Announces what has changed. Not to be called with a lock: it may call listeners. */
  void announceChanges() {
    if (!changes.isEmpty()) {
      announcements.signal();
    }
  }

  /**
   * Enters a state, or changes the reason for the present one.
   *
   * @param error becomes the last error unless null
   * @return false, and nothing happens, when the state cannot follow the present one
   */
  boolean enter(EndpointState state, String reason, EndpointException error) {
    synchronized (lock) {
      EndpointStatus before = status;
      if (!StateTransitions.allow(before.state(), state)) {
        return false;
      }
      boolean stateChanged = before.state() != state;
      Instant now = clock.instant();
      EndpointStatus after =
          EndpointStatus.builder(state, stateChanged ? now : before.since())
              .reason(reason)
              .lastError(
                  error == null ? before.lastError().orElse(null) : EndpointError.of(error, now))
              .warnings(before.warnings())
              .build();
      publish(after, error, stateChanged, stateChanged || !reason.equals(before.reason()));
      return true;
    }
  }

  /** Keeps an error as the last one. */
  void error(EndpointException error) {
    synchronized (lock) {
      status = status.toBuilder().lastError(EndpointError.of(error, clock.instant())).build();
    }
  }

  /** Replaces the warning of a key; with an empty text there is none any more. */
  void warn(String key, String warning) {
    synchronized (lock) {
      String before = warning.isEmpty() ? passing.remove(key) : passing.put(key, warning);
      if (warning.equals(before == null ? "" : before)) {
        return;
      }
      List<String> warnings = new ArrayList<>(status.warnings());
      warnings.remove(before);
      if (!warning.isEmpty()) {
        warnings.add(warning);
      }
      publish(status.toBuilder().warnings(warnings).build(), null, false, true);
    }
    announceChanges();
  }

  /** Adds a warning unless it is there. */
  void warn(String warning) {
    synchronized (lock) {
      if (status.warnings().contains(warning)) {
        return;
      }
      List<String> warnings = new ArrayList<>(status.warnings());
      warnings.add(Objects.requireNonNull(warning, "warning"));
      publish(status.toBuilder().warnings(warnings).build(), null, false, true);
    }
    announceChanges();
  }

  void add(StatusListener listener) {
    Objects.requireNonNull(listener, "listener");
    synchronized (lock) {
      if (!listeners.contains(listener)) {
        List<StatusListener> more = new ArrayList<>(listeners);
        more.add(listener);
        listeners = List.copyOf(more);
      }
    }
  }

  void remove(StatusListener listener) {
    synchronized (lock) {
      listeners = listeners.stream().filter(present -> !present.equals(listener)).toList();
    }
  }

  private void publish(
      EndpointStatus after, EndpointException error, boolean stateChanged, boolean news) {
    status = after;
    if (news) {
      changes.add(new Change(after, error, stateChanged, listeners));
    }
  }

  private boolean announce() {
    for (Change change = changes.poll(); change != null; change = changes.poll()) {
      log(change);
      EndpointStatus snapshot = complete(change.status());
      for (StatusListener listener : change.listeners()) {
        tell(listener, snapshot);
      }
    }
    return false;
  }

  private void tell(StatusListener listener, EndpointStatus snapshot) {
    if (!listeners.contains(listener)) {
      return; // removed since
    }
    try {
      listener.statusChanged(snapshot);
    } catch (Throwable e) {
      LOG.error("Endpoint '{}': a status listener threw", endpoint, e);
    }
  }

  private void log(Change change) {
    EndpointStatus now = change.status();
    if (!change.stateChanged()) {
      LOG.debug("Endpoint '{}' is still {}", endpoint, now, change.error());
      return;
    }
    switch (now.state()) {
      case FAILED -> LOG.error("Endpoint '{}' is {}", endpoint, now, change.error());
      case DOWN, DEGRADED -> LOG.warn("Endpoint '{}' is {}", endpoint, now);
      default -> LOG.info("Endpoint '{}' is {}", endpoint, now);
    }
  }

  /** Adds what changes without an announcement. */
  private EndpointStatus complete(EndpointStatus plain) {
    return details.addTo(plain.toBuilder()).counters(meter.counters()).build();
  }
}
