/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.lifecycle.Refusals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops that all endpoints of the bundle share, one a processor. Each connection has one
 * of them: it reads and writes there, and nothing that waits may run there. Made when they are
 * needed. They are no group of Netty's, whose end is told on a thread of the JVM that lingers for a
 * second. Safe for use by many threads.
 */
final class EventLoops implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(2);

  private final EndpointThreads threads =
      EndpointThreads.of(
          RabbitmqEndpointFactory.TYPE, "shared", ContextClassLoader.of(EventLoops.class));
  private final int count = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final List<EventLoop> loops = new ArrayList<>();
  private int next;
  private boolean closed;

  /** The loop whose turn it is. */
  synchronized EventLoop next() {
    if (closed) {
      throw Refusals.stopped(RabbitmqEndpointFactory.TYPE);
    }
    if (loops.size() < count) {
      loops.add(
          new SingleThreadIoEventLoop(null, threads.forPurpose("io"), NioIoHandler.newFactory()));
    }
    return loops.get(next++ % loops.size());
  }

  /** Ends the loops and waits for their threads, four seconds at most. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      loops.forEach(
          loop -> loop.shutdownGracefully(0, END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }
    if (!threads.joinAll(END_TIMEOUT)) {
      LOG.warn("{} threads of {} have not ended yet", threads.count(), threads);
    }
    awaitGlobalExecutor();
  }

  /** A thread that Netty may have started, which would keep the bundle. */
  private static void awaitGlobalExecutor() {
    try {
      GlobalEventExecutor.INSTANCE.awaitInactivity(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      LOG.debug("Netty has started no thread of its own", e);
    }
  }
}
