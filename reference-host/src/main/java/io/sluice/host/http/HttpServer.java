/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.runtime.EndpointRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of the HTTP face. Started when made; closed once. */
final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MAX_THREADS = 64;
  private static final int MAX_HEAD_BYTES = 32 * 1024;

  /** So long requests under way get to finish when the server stops. */
  private static final long STOP_TIMEOUT_MILLIS = 3000;

  /** So long an idle connection is kept open meanwhile. */
  private static final long SHUTDOWN_IDLE_TIMEOUT_MILLIS = 100;

  private final Server server;
  private final ServerConnector connector;
  private final MessageStreams streams;

  private HttpServer(Server server, ServerConnector connector, MessageStreams streams) {
    this.server = server;
    this.connector = connector;
    this.streams = streams;
  }

  /**
   * Starts a server.
   *
   * @throws IOException if the address cannot be listened on
   */
  static HttpServer start(HttpSettings settings, EndpointRuntime runtime) throws IOException {
    Server server = new Server(threads(), scheduler(), null);
    ServerConnector connector =
        new ServerConnector(server, new HttpConnectionFactory(configuration()));
    connector.setHost(settings.address());
    connector.setPort(settings.port());
    connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_TIMEOUT_MILLIS);
    server.addConnector(connector);
    MessageStreams streams = new MessageStreams(settings.heartbeat());
    server.setHandler(
        new GracefulHandler(
            new RequestGuard(
                new SameSitePolicy(settings.allowedHosts()),
                new Router(runtime, streams, settings.maxBody()))));
    server.setErrorHandler(new JsonErrors());
    server.setStopTimeout(STOP_TIMEOUT_MILLIS);
    try {
      server.start();
    } catch (IOException unusable) {
      stop(server);
      throw unusable;
    } catch (Exception failed) {
      stop(server);
      throw new IOException("the HTTP server does not start: " + failed.getMessage(), failed);
    }
    return new HttpServer(server, connector, streams);
  }

  /** The port that the server listens on. */
  int port() {
    return connector.getLocalPort();
  }

  /** The URL under which the server is reached from this machine. */
  String url() throws IOException {
    InetAddress address = InetAddress.getByName(connector.getHost());
    String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /** The number of open streams of messages. */
  int openStreams() {
    return streams.count();
  }

  /** Ends the streams cleanly, lets requests under way finish for a short time, and stops. */
  @Override
  public void close() {
    streams.stop();
    stop(server);
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName("sluice-http");
    threads.setDaemon(true);
    return threads;
  }

  private static ScheduledExecutorScheduler scheduler() {
    return new ScheduledExecutorScheduler(
        "sluice-http-scheduler", true, HttpServer.class.getClassLoader());
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(MAX_HEAD_BYTES);
    configuration.setResponseHeaderSize(MAX_HEAD_BYTES);
    configuration.setUriCompliance(
        UriCompliance.UNSAFE); // targets pass through a proxy as they are
    configuration.setNotifyRemoteAsyncErrors(true);
    return configuration;
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (TimeoutException unfinished) {
      LOG.warn("the HTTP server stopped and broke off requests");
    } catch (Exception failed) {
      throw new IllegalStateException(
          "the HTTP server does not stop: " + failed.getMessage(), failed);
    }
  }
}
