/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.exchange.Exchanges;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.generation.SettingsInForce;
import io.sluice.endpoint.runtime.internal.publish.Publishers;
import io.sluice.endpoint.runtime.internal.stream.Streams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** All that passes through an endpoint, handed from generation to generation as one. */
final class TrafficSwitch {

  private static final Duration SUBSCRIBE_TIMEOUT = Duration.ofMillis(500);

  private final String endpoint;
  private final ControlThread control;
  private final Streams streams;
  private final Publishers publishers;
  private final Exchanges exchanges;

  TrafficSwitch(
      String endpoint, ControlThread control, PluginCalls calls, SettingsInForce settings) {
    this.endpoint = endpoint;
    this.control = control;
    this.streams = new Streams(endpoint, control, calls);
    this.publishers = new Publishers(endpoint, control, calls, settings);
    this.exchanges = new Exchanges(endpoint, control, calls, settings);
  }

  Streams streams() {
    return streams;
  }

  Publishers publishers() {
    return publishers;
  }

  Exchanges exchanges() {
    return exchanges;
  }

  /**
   * Puts a generation to work. Streams are subscribed before messages are sent again, so that what
   * a message causes finds its consumers there; but a plugin whose {@code consume} hangs holds up
   * nothing else.
   */
  void attach(Generation generation) {
    CompletableFuture<Void> subscribed = new CompletableFuture<>();
    subscribed.thenRun(
        () -> {
          if (!generation.isDraining()) {
            publishers.attach(generation);
          }
        });
    Future<?> timer = control.schedule(() -> subscribed.complete(null), SUBSCRIBE_TIMEOUT);
    streams
        .attach(generation)
        .thenRun(
            () -> {
              timer.cancel(false);
              subscribed.complete(null);
            });
    exchanges.attach(generation);
  }

  /**
   * The generation is going away: nothing new goes to it.
   *
   * @return what to tell the plugin before it is stopped
   */
  List<Runnable> beginDraining(Generation generation) {
    generation.beginDraining();
    publishers.beginDraining();
    return streams.flushes();
  }

  /** Separates the generation from the hosts, for good. */
  void detach() {
    streams.detach();
    publishers.detach();
    exchanges.detach();
  }

  /** No generation will follow the present one: takes nothing new. */
  void beginClosing() {
    streams.beginClosing();
    rejectNew(stopped());
  }

  /** Ends everything after the last generation was detached. */
  void close() {
    streams.close();
    publishers.close();
    exchanges.failWaiting(stopped());
  }

  /** Takes traffic again after {@link #close()}. */
  void reopen() {
    streams.reopen();
    publishers.reopen();
    exchanges.rejectNew(null);
  }

  /** Rejects new messages and exchanges at once; null to let them wait for a generation. */
  void rejectNew(EndpointException error) {
    publishers.rejectNew(error);
    exchanges.rejectNew(error);
  }

  /** A status with what the runtime counts itself. Any thread. */
  EndpointStatus counted(EndpointStatus status) {
    EndpointCounters counters =
        CounterSum.withIgnored(
            status.counters(), streams.ignoredSettlements(), publishers.waiting());
    return status.toBuilder().counters(counters).build();
  }

  private DetachedException stopped() {
    return new DetachedException(
        ErrorCode.ENDPOINT_STOPPED, "endpoint '" + endpoint + "' is stopped", false);
  }
}
