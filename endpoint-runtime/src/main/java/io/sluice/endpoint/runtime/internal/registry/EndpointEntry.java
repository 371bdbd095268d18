/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import java.util.Optional;

/**
 * One configuration in the registry. The name and type that it asks for outlive an edit that breaks
 * them, so that a mistake does not take down what works.
 */
final class EndpointEntry {

  private final String pid;
  private EndpointDefinition definition;
  private long revision;
  private String name = "";
  private String type = "";
  private boolean drained;
  private HostedEndpoint hosted;

  EndpointEntry(String pid) {
    this.pid = pid;
  }

  /** Takes a new definition. */
  void define(EndpointDefinition newest) {
    definition = newest.readable() || definition == null ? newest : definition.before(newest);
    revision++;
  }

  /** Whether the definition asks for another endpoint than the one that there is. */
  boolean asksForAnother() {
    return !wantedName().equals(name) || !wantedType().equals(type);
  }

  /** Becomes what the definition asks for. */
  void adopt() {
    name = wantedName();
    type = wantedType();
  }

  String pid() {
    return pid;
  }

  EndpointDefinition definition() {
    return definition;
  }

  /** Counts the definitions so far. */
  long revision() {
    return revision;
  }

  /** The name asked for; empty while none was given. */
  String name() {
    return name;
  }

  /** The type asked for; empty while none was given. */
  String type() {
    return type;
  }

  /** The live endpoint; empty while another has the name, or had it and is still being closed. */
  Optional<HostedEndpoint> hosted() {
    return Optional.ofNullable(hosted);
  }

  /** Takes a live endpoint, or null for none. */
  void host(HostedEndpoint endpoint) {
    hosted = endpoint;
  }

  /** Whether an operator has taken it out of work. */
  boolean isDrained() {
    return drained;
  }

  void drained(boolean outOfWork) {
    drained = outOfWork;
  }

  private String wantedName() {
    return definition.name().orElse(name);
  }

  private String wantedType() {
    return definition.type().isEmpty() ? type : definition.type();
  }
}
