/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The exchanges of one endpoint: those under way with the present generation, and those that wait
 * for one, in limited number and for a limited time. Owned by the control thread, but for what is
 * marked otherwise.
 */
public final class Exchanges {

  private final String endpoint;
  private final ControlThread control;
  private final PluginCalls calls;
  private final Supplier<RuntimeSettings> settings;

  /** Under way; any thread. */
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

  private final Set<Exchange> waiting = new LinkedHashSet<>();
  private volatile Generation current;
  private volatile EndpointException rejection;

  /**
   * No exchanges, and no generation.
   *
   * @param settings say how many exchanges wait for a generation, and how long
   */
  public Exchanges(
      String endpoint,
      ControlThread control,
      PluginCalls calls,
      Supplier<RuntimeSettings> settings) {
    this.endpoint = endpoint;
    this.control = control;
    this.calls = calls;
    this.settings = settings;
  }

  /** Passes a request on, as {@code ProxyEndpoint} describes. Any thread. */
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    Objects.requireNonNull(request, "request");
    Exchange exchange = new Exchange(request, this, calls::callback);
    EndpointException rejected = rejection;
    Generation generation = current;
    if (rejected != null) {
      exchange.fail(rejected);
    } else if (generation != null && !generation.isDraining()) {
      begin(exchange, generation);
    } else {
      waitAgain(exchange);
    }
    return exchange.response();
  }

  /** Puts a generation behind the exchanges. */
  public void attach(Generation generation) {
    current = generation;
    List<Exchange> due = List.copyOf(waiting);
    waiting.clear();
    due.forEach(exchange -> calls.callback(() -> begin(exchange, generation)));
  }

  /** Lets go of the present generation: what is under way fails. */
  public void detach() {
    current = null;
    EndpointException error = unavailable();
    open.forEach(exchange -> calls.callback(() -> exchange.fail(error)));
  }

  /** Rejects what comes from now on, at once; null to take exchanges again. */
  public void rejectNew(EndpointException error) {
    rejection = error;
  }

  /** Fails what waits. */
  public void failWaiting(EndpointException error) {
    List<Exchange> failed = List.copyOf(waiting);
    waiting.clear();
    failed.forEach(exchange -> calls.callback(() -> exchange.fail(error)));
  }

  /** How many exchanges wait for a generation. */
  public int waiting() {
    return waiting.size();
  }

  /** Has an exchange wait for the next generation. Any thread. */
  void waitAgain(Exchange exchange) {
    open.remove(exchange);
    exchange.waits();
    try {
      control.execute(() -> admit(exchange));
    } catch (RejectedExecutionException e) {
      exchange.fail(error(ErrorCode.ENDPOINT_STOPPED, "is stopped"));
    }
  }

  /** An exchange is over. Any thread. */
  void finished(Exchange exchange) {
    open.remove(exchange);
    if (!exchange.hasWaited()) {
      return;
    }
    try {
      control.execute(() -> waiting.remove(exchange));
    } catch (RejectedExecutionException e) {
      // the runtime has stopped, and with it the list
    }
  }

  DetachedException unavailable() {
    return error(ErrorCode.UNAVAILABLE, "is being replaced");
  }

  private void begin(Exchange exchange, Generation generation) {
    open.add(exchange);
    exchange.begin(generation);
    if (generation.plugin() == null && open.contains(exchange)) {
      exchange.fail(unavailable()); // the generation was detached meanwhile
    }
  }

  private void admit(Exchange exchange) {
    EndpointException rejected = rejection;
    Generation generation = current;
    if (exchange.isOver()) {
      return;
    }
    if (rejected != null) {
      fail(exchange, rejected);
    } else if (generation != null && !generation.isDraining()) {
      calls.callback(() -> begin(exchange, generation));
    } else if (waiting.size() >= settings.get().maxInFlight()) {
      fail(exchange, error(ErrorCode.OVERLOADED, "has too many exchanges waiting"));
    } else {
      waiting.add(exchange);
      exchange.watchClient();
      Duration timeout = settings.get().callTimeout();
      control.schedule(() -> expire(exchange, timeout), timeout);
    }
  }

  private void expire(Exchange exchange, Duration timeout) {
    if (waiting.remove(exchange)) {
      String late = "was not there within " + timeout.toMillis() + " ms";
      fail(exchange, error(ErrorCode.TIMEOUT, late));
    }
  }

  private void fail(Exchange exchange, EndpointException error) {
    calls.callback(() -> exchange.fail(error));
  }

  private DetachedException error(ErrorCode code, String what) {
    return new DetachedException(code, "endpoint '" + endpoint + "' " + what, true);
  }
}
