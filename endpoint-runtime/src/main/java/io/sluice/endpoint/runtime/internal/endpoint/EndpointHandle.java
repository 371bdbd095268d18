/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stable handle of a hosted endpoint: what hosts get as a service. It survives updates of
 * plugin and configuration, and no object of a plugin can be reached from it.
 *
 * <p>While no plugin serves, streams and processors wait, and single messages and exchanges wait
 * for a limited time. {@link #stop} is for operators: the endpoint stays {@code STOPPED}, for all
 * hosts and through updates, until {@link #start()} takes it up again; {@link #close} does nothing.
 * In that, and in that alone, a handle differs from an endpoint of a plugin, which stops for good.
 */
public final class EndpointHandle implements MessageEndpoint, ProxyEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointHandle.class);

  private final HostedEndpoint hosted;
  private final TrafficSwitch traffic;
  private final StatusAggregator statuses;
  private final AtomicBoolean closed = new AtomicBoolean();

  EndpointHandle(HostedEndpoint hosted, TrafficSwitch traffic, StatusAggregator statuses) {
    this.hosted = hosted;
    this.traffic = traffic;
    this.statuses = statuses;
  }

  @Override
  public String name() {
    return hosted.name();
  }

  /** Those of the last generation that worked; empty before the first. */
  @Override
  public Set<Mode> modes() {
    return hosted.modes();
  }

  /**
   * Takes up work after {@link #stop}; otherwise tries again what has failed.
   *
   * @return completes when a plugin serves or none is there yet; fails when the endpoint is {@code
   *     INVALID}, {@code FAILED} or its configuration was deleted
   */
  @Override
  public CompletionStage<Void> start() {
    return hosted.start();
  }

  @Override
  public EndpointStatus status() {
    return statuses.status();
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    statuses.add(listener);
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    statuses.remove(listener);
  }

  /** Stops until {@link #start()}. */
  @Override
  public CompletionStage<Void> stop(Duration drain) {
    Objects.requireNonNull(drain, "drain");
    if (drain.isNegative()) {
      throw new IllegalArgumentException("the drain time is not negative");
    }
    return hosted.stop(drain);
  }

  /**
   * Has no effect: all hosts share the handle, and the runtime ends the endpoint with its
   * configuration. The first call is logged, as {@link #stop} may have been meant.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LOG.warn(
          "Endpoint '{}': a host closed the handle, which other hosts may use; this has no effect;"
              + " call stop to stop the endpoint for all",
          name());
    }
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    return traffic.streams().publisher(request);
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    return traffic.publishers().publish(message);
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    return traffic.publishers().processor(request);
  }

  @Override
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    return traffic.exchanges().exchange(request);
  }

  @Override
  public String toString() {
    return "Endpoint[" + name() + "]";
  }
}
