/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.ShutdownSignalException;
import io.netty.channel.EventLoop;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.BoundedWait;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.IdlingThread;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.ReconnectLoop;
import io.sluice.endpoint.support.net.AddressResolver;
import io.sluice.endpoint.support.net.ServerAddress;
import io.sluice.endpoint.support.net.ServerProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the two connections of an endpoint, to consume or to publish: keeps it up, tries the
 * servers in turn, and reports whether it is up.
 *
 * <p>What waits for the broker (connecting, opening and closing channels, declaring) runs on a
 * thread of its own, which ends while there is nothing to wait for. Messages, acknowledgements and
 * confirmations go over the event loop, which must not wait. What other threads read is volatile.
 */
final class RabbitmqConnection {

  /** Hears what becomes of the connection. */
  interface Listener extends ReconnectLoop.Listener {

    /**
     * A connection is made, and counts as such when this returns. On the connection's thread; may
     * wait for the broker.
     */
    default void opened(ClientConnection connection) throws IOException, TimeoutException {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(RabbitmqConnection.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(700);
  private static final Duration END_TIMEOUT = Duration.ofMillis(1000);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

  private final String purpose;
  private final RabbitmqClients clients;
  private final List<ServerAddress> servers;
  private final Supplier<EventLoop> loops;
  private final ServerProbe probe;
  private final SharedWorkers workers;
  private final ThreadPoolExecutor thread;
  private final ThreadFactory closers;
  private final Listener listener;
  private final ReconnectLoop loop;

  /** Set once, by the first who needs it. */
  private EventLoop eventLoop;

  // Owned by the connection's thread.
  private int nextServer;
  private ClientConnection prepared;

  private volatile ClientSocket connecting;
  private volatile ClientConnection present;
  private volatile ReconnectLoop.Attempt attempt;
  private volatile boolean over;

  /**
   * A connection that is not made yet.
   *
   * @param purpose for people and in names
   * @param loops gives the event loop of the connection
   */
  RabbitmqConnection(
      String purpose,
      RabbitmqSettings settings,
      RabbitmqClients clients,
      Supplier<EventLoop> loops,
      EndpointThreads threads,
      SharedWorkers workers,
      EndpointLifecycle lifecycle,
      EndpointMeter meter,
      AddressResolver resolver,
      Listener listener) {
    this.purpose = purpose;
    this.clients = clients;
    this.servers = settings.servers();
    this.loops = loops;
    this.probe = new ServerProbe(servers, resolver, PROBE_TIMEOUT);
    this.workers = workers;
    this.thread = IdlingThread.of(threads, purpose);
    this.closers = threads.forPurpose(purpose + "-end");
    this.listener = listener;
    this.loop =
        new ReconnectLoop(
            begun -> onThread(() -> connect(begun)),
            settings.reconnect().backoff(),
            lifecycle,
            lifecycle.link(purpose),
            meter,
            workers,
            listener);
  }

  /**
   * Connects, if that works at once; reports nothing.
   *
   * @return completes when it is connected, or has failed to
   */
  CompletionStage<Void> prepare() {
    return CompletableFuture.runAsync(this::tryToPrepare, thread);
  }

  /** Begins to connect. */
  void open() {
    loop.open();
  }

  /** The connection that is up. */
  Optional<ClientConnection> present() {
    return Optional.ofNullable(present);
  }

  /** Whether this is the connection that is up. */
  boolean isPresent(ClientConnection connection) {
    return present == connection && connection.isOpen();
  }

  /** Why there is no connection now, for people; empty while there is. */
  Optional<String> hindrance() {
    return loop.hindrance().map(Throwable::getMessage);
  }

  /**
   * Runs a task on the connection's thread, where it may wait.
   *
   * @return false after the end: it does not run
   */
  boolean onThread(Runnable task) {
    try {
      thread.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.debug("The endpoint has stopped", e);
      return false;
    }
  }

  /** Runs a task on the connection's thread after a while. */
  void onThreadAfter(Duration delay, Runnable task) {
    if (delay.isZero()) {
      onThread(task);
      return;
    }
    try {
      workers.after(delay, () -> onThread(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped", e);
    }
  }

  /**
   * Runs a task on the event loop.
   *
   * @throws RejectedExecutionException when the bundle has stopped
   */
  void onEventLoop(Runnable task) {
    EventLoop present;
    try {
      present = eventLoop();
    } catch (EndpointException stopped) {
      throw new RejectedExecutionException(stopped);
    }
    present.execute(task);
  }

  /** Gives up, as the other connection of the endpoint has. */
  void fail(EndpointException error) {
    loop.fail(error);
  }

  /** A connection that works cannot be used: there will be another one, after a while. */
  void giveUp(ClientConnection useless, EndpointException why) {
    if (present == useless) {
      lost(attempt, useless, why);
      onThread(() -> useless.close(CLOSE_TIMEOUT));
    }
  }

  /**
   * Ends the connection for good, without a report.
   *
   * @return completes when its thread is about to end, or after a second: a thread that hangs in
   *     the look-up of a name is left behind, and does nothing more when it comes back
   */
  CompletionStage<Void> close() {
    over = true;
    loop.close();
    probe.close();
    hangUpIfConnecting();
    CompletableFuture<Void> idle = CompletableFuture.runAsync(this::closeClients, thread);
    thread.shutdown();
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(this::closePresent, task -> closers.newThread(task).start());
    return BoundedWait.of(CompletableFuture.allOf(idle, ended), END_TIMEOUT, workers)
        .thenAccept(this::warnIfLate);
  }

  private void warnIfLate(boolean inTime) {
    if (!inTime) {
      LOG.warn(
          "Endpoint '{}': the connection to {} does not close in time; it ends by itself",
          clients.endpoint(),
          purpose);
    }
  }

  private void hangUpIfConnecting() {
    ClientSocket socket = connecting;
    if (socket != null) {
      socket.hangUp();
    }
  }

  private synchronized EventLoop eventLoop() {
    if (eventLoop == null) {
      eventLoop = loops.get();
    }
    return eventLoop;
  }

  private void tryToPrepare() {
    try {
      if (!over && prepared == null) {
        prepared = connectAny();
      }
    } catch (EndpointException e) {
      LOG.debug("{} is not reached yet", servers, e);
    }
  }

  private void connect(ReconnectLoop.Attempt begun) {
    if (over) {
      return;
    }
    ClientConnection made = null;
    try {
      made = takePrepared().orElse(null);
      if (made == null) {
        made = connectAny();
      }
      listener.opened(made);
      connected(begun, made);
    } catch (IOException | TimeoutException | RuntimeException | LinkageError e) {
      if (made != null) {
        made.close(CLOSE_TIMEOUT);
      }
      begun.lost(RabbitmqErrors.of(e));
    }
  }

  private void connected(ReconnectLoop.Attempt begun, ClientConnection made) {
    attempt = begun;
    present = made; // before it is told: who hears that it is connected uses it
    made.onLost(cause -> lost(begun, made, cause));
    if (over || !begun.connected()) {
      made.close(CLOSE_TIMEOUT);
    }
  }

  private Optional<ClientConnection> takePrepared() {
    ClientConnection taken = prepared;
    prepared = null;
    return Optional.ofNullable(taken).filter(ClientConnection::isOpen);
  }

  /** Each server once, beginning with the one that worked last or is next. */
  private ClientConnection connectAny() {
    EndpointException last = null;
    for (int i = 0; i < servers.size() && !over; i++) {
      ServerAddress server = servers.get(nextServer);
      try {
        return connect(server);
      } catch (EndpointException e) {
        last = e;
        nextServer = (nextServer + 1) % servers.size();
      }
    }
    throw last == null ? stopping() : last;
  }

  private ClientConnection connect(ServerAddress server) {
    EndpointException last = null;
    for (InetAddress address : probe.resolve(server)) {
      ClientSocket socket = new ClientSocket();
      connecting = socket;
      if (over) {
        throw stopping();
      }
      try {
        return clients.connect(purpose, server, address, eventLoop(), socket);
      } catch (IOException | TimeoutException | RuntimeException e) {
        socket.hangUp();
        last = at(server, RabbitmqErrors.of(e));
      } finally {
        connecting = null;
      }
    }
    throw last;
  }

  /** Operators want to know which of the servers it is. */
  private static EndpointException at(ServerAddress server, EndpointException error) {
    String words =
        error.code().equals(ErrorCode.CONNECTION_REFUSED)
            ? "no server listens at " + server
            : server + ": " + error.getMessage();
    return EndpointException.builder(error.code(), words)
        .retryable(error.isRetryable())
        .backendCode(error.backendCode().orElse(null))
        .cause(error.getCause())
        .build();
  }

  private static EndpointException stopping() {
    return EndpointException.retryable(ErrorCode.UNAVAILABLE, "the endpoint is being stopped");
  }

  private void lost(
      ReconnectLoop.Attempt of, ClientConnection connection, ShutdownSignalException cause) {
    lost(of, connection, RabbitmqErrors.of(cause));
  }

  private void lost(
      ReconnectLoop.Attempt of, ClientConnection connection, EndpointException error) {
    if (present == connection) {
      present = null;
    }
    if (!over) {
      of.lost(error);
    }
  }

  private void closeClients() {
    takePrepared().ifPresent(connection -> connection.close(CLOSE_TIMEOUT));
    closePresent();
  }

  private void closePresent() {
    ClientConnection connection = present;
    present = null;
    if (connection != null) {
      connection.close(CLOSE_TIMEOUT);
    }
  }
}
