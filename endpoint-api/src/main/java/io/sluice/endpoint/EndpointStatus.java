/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A snapshot of how an endpoint is. Immutable. */
public final class EndpointStatus {

  private final EndpointState state;
  private final String reason;
  private final Instant since;
  private final EndpointError lastError;
  private final List<Violation> violations;
  private final List<String> warnings;
  private final Map<String, Object> details;
  private final EndpointCounters counters;

  private EndpointStatus(Builder builder) {
    state = builder.state;
    reason = builder.reason;
    since = builder.since;
    lastError = builder.lastError;
    violations = List.copyOf(builder.violations);
    warnings = List.copyOf(builder.warnings);
    details = builder.details;
    counters = builder.counters;
  }

  /**
   * A builder of a status.
   *
   * @param state not null
   * @param since when the state was entered, not null
   */
  public static Builder builder(EndpointState state, Instant since) {
    return new Builder(state, since);
  }

  /** A builder that starts with what this status has. */
  public Builder toBuilder() {
    return new Builder(state, since)
        .reason(reason)
        .lastError(lastError)
        .violations(violations)
        .warnings(warnings)
        .details(details)
        .counters(counters);
  }

  /** The state, never null. */
  public EndpointState state() {
    return state;
  }

  /** Why the endpoint is in this state, for people; empty where the state says it all. */
  public String reason() {
    return reason;
  }

  /** When the state was entered. */
  public Instant since() {
    return since;
  }

  /** The last error, also when it has been overcome. */
  public Optional<EndpointError> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** What is wrong with the newest configuration; empty if nothing is. */
  public List<Violation> violations() {
    return violations;
  }

  /** What an operator should know although it works, such as trust in every certificate. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Named facts of the endpoint's type, such as what a consumer was assigned. The reference of the
   * type lists the names. Values are of the kinds that headers may hold; never a secret.
   *
   * @since 1.2
   */
  public Map<String, Object> details() {
    return details;
  }

  /** The counters, never null. */
  public EndpointCounters counters() {
    return counters;
  }

  @Override
  public String toString() {
    return reason.isEmpty() ? state.name() : state + " (" + reason + ")";
  }

  /** Collects the parts of a status. Not safe for use by more than one thread. */
  public static final class Builder {

    private final EndpointState state;
    private final Instant since;
    private String reason = "";
    private EndpointError lastError;
    private List<Violation> violations = List.of();
    private List<String> warnings = List.of();
    private Map<String, Object> details = Map.of();
    private EndpointCounters counters = EndpointCounters.zero();

    private Builder(EndpointState state, Instant since) {
      this.state = Objects.requireNonNull(state, "state");
      this.since = Objects.requireNonNull(since, "since");
    }

    /** Sets the reason; not null, never with a secret. */
    public Builder reason(String reason) {
      this.reason = Objects.requireNonNull(reason, "reason");
      return this;
    }

    /** Sets the last error; null for none. */
    public Builder lastError(EndpointError error) {
      this.lastError = error;
      return this;
    }

    /** Sets the violations. */
    public Builder violations(List<Violation> violations) {
      this.violations = Objects.requireNonNull(violations, "violations");
      return this;
    }

    /** Sets the warnings. */
    public Builder warnings(List<String> warnings) {
      this.warnings = Objects.requireNonNull(warnings, "warnings");
      return this;
    }

    /**
     * Sets the details; see {@link EndpointStatus#details()}.
     *
     * @since 1.2
     */
    public Builder details(Map<String, ?> details) {
      this.details = Values.immutableMap(details);
      return this;
    }

    /** Sets the counters. */
    public Builder counters(EndpointCounters counters) {
      this.counters = Objects.requireNonNull(counters, "counters");
      return this;
    }

    /** The status; the builder may be used on. */
    public EndpointStatus build() {
      return new EndpointStatus(this);
    }
  }
}
