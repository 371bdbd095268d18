package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One configured endpoint: carries out plans by replacing generations, behind a stable handle.
 * {@link #apply}, {@link #factoryLeaving} and {@link #close} are called on the control thread; the
 * others on any.
 */
public final class HostedEndpoint {

  /**
   * An endpoint without a plan; it is {@code UNSATISFIED} until the first one is applied.
   *
   * @param name the endpoint's name, not blank
   * @param typeName the configured type; may be empty in a broken configuration
   */
  public HostedEndpoint(
      String name,
      String typeName,
      ControlThread control,
      PluginCalls calls,
      HostedEndpointListener listener) {}

  /**
   * Carries out a plan. An equal plan changes nothing; one that cannot be carried out leaves the
   * last good generation at work, {@code DEGRADED}.
   */
  public void apply(EndpointPlan plan) {
    throw new UnsupportedOperationException();
  }

  /**
   * Leaves a factory for good: the generation it made is drained and closed, and its candidates are
   * forgotten. Open streams and publishers wait for the next generation.
   *
   * @return completes on the control thread, at most the drain time and a few seconds later
   */
  public CompletionStage<Void> factoryLeaving(EndpointFactory factory) {
    throw new UnsupportedOperationException();
  }

  /**
   * The configuration is gone: drains, completes open streams and releases everything. Idempotent.
   *
   * @return completes on the control thread, at most the drain time and a few seconds later
   */
  public CompletionStage<Void> close() {
    throw new UnsupportedOperationException();
  }

  /** The configured name. */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /** The configured type; empty in a broken configuration. */
  public String typeName() {
    throw new UnsupportedOperationException();
  }

  /** The object that hosts use; the same at each call. */
  public EndpointHandle handle() {
    throw new UnsupportedOperationException();
  }

  /** The runtime's view and the plugin's own status, joined. */
  public EndpointStatus status() {
    throw new UnsupportedOperationException();
  }

  /** The version of the bundle that serves it now; empty while none does. */
  public Optional<String> version() {
    throw new UnsupportedOperationException();
  }

  /** The modes of the last generation that worked; empty before the first. */
  public Set<Mode> modes() {
    throw new UnsupportedOperationException();
  }
}
