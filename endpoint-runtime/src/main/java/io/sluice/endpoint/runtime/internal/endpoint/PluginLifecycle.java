/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.generation.SettingsInForce;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, starts and ends plugin endpoints, also those that hang or throw: every step is bounded in
 * time and its outcome arrives on the control thread.
 */
final class PluginLifecycle {

  /** What a plugin gets beyond the drain time to release its resources. */
  private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(3);

  /** How long the former generation waits for what only makes the gap shorter. */
  private static final Duration PREPARE_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(PluginLifecycle.class);

  private final String name;
  private final PluginCalls calls;

  PluginLifecycle(String name, PluginCalls calls) {
    this.name = name;
    this.calls = calls;
  }

  /** Creates an endpoint. What comes too late is closed. */
  CompletableFuture<Generation> create(Blueprint blueprint, SettingsInForce settings) {
    FactoryCandidate candidate = blueprint.candidate();
    EndpointFactory factory = candidate.factory();
    return calls.call(
        "create",
        candidate.loader(),
        settings.get().callTimeout(),
        () -> {
          Endpoint plugin =
              Objects.requireNonNull(
                  factory.create(blueprint.configuration()), "create returned nothing");
          return new Generation(
              plugin, name, candidate.loader(), plugin.modes(), candidate.type(), settings);
        },
        this::discard);
  }

  /**
   * Prepares an endpoint to start.
   *
   * @return fails with {@code TIMEOUT} when the plugin takes too long, which is no reason not to
   *     start it
   */
  CompletableFuture<Void> prepare(Generation generation) {
    Duration callTimeout = generation.settings().callTimeout();
    return calls.callStage(
        "prepare",
        generation.loader(),
        callTimeout.compareTo(PREPARE_TIMEOUT) < 0 ? callTimeout : PREPARE_TIMEOUT,
        generation.plugin()::prepare);
  }

  /** Starts an endpoint and has its changes of status told. */
  CompletableFuture<Void> start(Generation generation, PluginStatusListener status) {
    Endpoint plugin = generation.plugin();
    return calls.callStage(
        "start",
        generation.loader(),
        generation.settings().callTimeout(),
        () -> {
          plugin.addStatusListener(status);
          CompletionStage<Void> started = plugin.start();
          generation.status();
          return started;
        });
  }

  /**
   * Stops an endpoint.
   *
   * @param successor whether one of the same configuration is expected to follow
   * @param before what to call of the plugin first
   * @return never fails
   */
  CompletableFuture<Void> stop(
      Generation generation, Duration drain, boolean successor, List<Runnable> before) {
    Endpoint plugin = generation.plugin();
    return calls
        .callStage(
            "stop",
            generation.loader(),
            drain.plus(RELEASE_TIMEOUT),
            () -> {
              before.forEach(Runnable::run);
              return successor ? plugin.handOver(drain) : plugin.stop(drain);
            })
        .exceptionally(error -> report("stopped", error));
  }

  /**
   * Closes an endpoint that was stopped, and takes its last counters.
   *
   * @return never fails
   */
  CompletableFuture<Void> close(Generation generation, PluginStatusListener status) {
    Endpoint plugin = generation.plugin();
    return calls
        .<Void>call(
            "close",
            generation.loader(),
            CLOSE_TIMEOUT,
            () -> {
              generation.status();
              plugin.removeStatusListener(status);
              plugin.close();
              return null;
            },
            late -> {})
        .exceptionally(error -> report("closed", error));
  }

  /** Closes an endpoint that came too late, on the thread that has it. */
  private void discard(Generation generation) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      generation.plugin().close();
    } catch (Throwable e) { // a plugin may throw anything
      report("closed", e);
    } finally {
      ContextClassLoader.leave(previous);
      generation.release();
    }
  }

  private Void report(String what, Throwable error) {
    LOG.warn(
        "Endpoint '{}': the plugin failed while it was being {}",
        name,
        what,
        DetachedException.of(error));
    return null;
  }
}
