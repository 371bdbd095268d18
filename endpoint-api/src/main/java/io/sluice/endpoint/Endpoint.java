/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A configured backend. It is also a {@link MessageEndpoint}, a {@link ProxyEndpoint} or both,
 * according to its {@link #modes()}.
 *
 * <p>All methods are safe for use by many threads and none but {@link #close()} blocks.
 */
@ConsumerType
public interface Endpoint extends AutoCloseable {

  /** Service property of an endpoint in a host: its {@link #name()} ({@code String}). */
  String ENDPOINT_NAME = "endpoint.name";

  /** The configured name, unique in a host; never null. */
  String name();

  /**
   * What this endpoint can be used for, by type and configuration; immutable. Empty only in a host
   * whose plugin for it has not come yet.
   */
  Set<Mode> modes();

  /**
   * Which capabilities of its type this endpoint has, by configuration; immutable. By default all.
   *
   * @param type the type that made it, not null
   * @since 1.2
   */
  default Set<String> capabilities(EndpointType type) {
    return type.capabilities();
  }

  /**
   * Makes {@link #start} quick, while an endpoint with the same configuration still serves: loads
   * the client's classes, and opens what may be open twice, such as a publisher's connection.
   * Nothing is consumed or published, and the {@linkplain #status() state} stays {@link
   * EndpointState#STOPPED}. Need not be called; a call after {@link #start} or {@link #stop} has no
   * effect. By default there is nothing to prepare.
   *
   * @return completes when all is prepared, or as much as can be; fails only where {@link #start}
   *     would fail too. {@link #stop} and {@link #close} release what was prepared
   */
  default CompletionStage<Void> prepare() {
    return CompletableFuture.completedStage(null);
  }

  /**
   * Takes up work. The connection is made in the background, with repeated attempts while the
   * backend is out of reach: {@link #status()} tells.
   *
   * @return completes when the endpoint has its resources and is connecting or connected; fails
   *     with an {@link EndpointException} when it can never work as configured. A second call
   *     returns the outcome of the first; a call after {@link #stop} or {@link #close} fails with
   *     {@link ErrorCode#ENDPOINT_STOPPED}.
   */
  CompletionStage<Void> start();

  /** The present state and counters; a snapshot, never null. */
  EndpointStatus status();

  /**
   * Adds a listener. It hears of changes that come later, not of the present state.
   *
   * @param listener not null; adding it twice has no effect
   */
  void addStatusListener(StatusListener listener);

  /**
   * Removes a listener; without effect if it was not added.
   *
   * @param listener not null
   */
  void removeStatusListener(StatusListener listener);

  /**
   * Stops for good: intake ends at once, open subscriptions complete, and what is unsettled or in
   * flight gets the drain time to finish. Then positions are committed, what is left goes back to
   * the backend, and all resources are released. Idempotent; the first call's drain time counts.
   *
   * @param drain not null, not negative; zero drops what is unsettled at once
   * @return completes when every resource is released; at most a few seconds after the drain time
   */
  CompletionStage<Void> stop(Duration drain);

  /**
   * {@linkplain #stop Stops} for a successor: an endpoint of the same name, type and configuration
   * is expected to start next in this host, from the same or another version of the bundle. What
   * the backend keeps for this one, such as its place in a group of consumers, may be left to it,
   * where the backend takes it back by itself if no successor comes. All else is as with {@link
   * #stop}, which this calls by default.
   *
   * @param drain not null, not negative
   * @return as of {@link #stop}
   */
  default CompletionStage<Void> handOver(Duration drain) {
    return stop(drain);
  }

  /**
   * {@linkplain #stop Stops} without drain time and waits, bounded, until every resource is
   * released. Idempotent. Not to be called on a thread that the endpoint delivers on.
   *
   * <p>An endpoint that a host gets as a service is shared by all hosts, and ends with its
   * configuration: there this has no effect.
   */
  @Override
  void close();
}
