/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.net.ServerAddress;
import io.sluice.endpoint.support.tls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the connections of one endpoint, all in the same way: on an event loop that is given,
 * without the client's own recovery, and with our TLS. Safe for use by many threads.
 */
final class RabbitmqClients {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitmqClients.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  /** The client holds a lock of the channel meanwhile, which the event loop may want. */
  private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

  /** What a broker accepts at most, by its own limits; the client's default is an eighth. */
  private static final int MAX_MESSAGE_BYTES = 512 << 20;

  /** So many bytes may be on their way to TCP before a publisher waits. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final String endpoint;
  private final RabbitmqSettings settings;
  private final ThreadFactory threads;
  private final Consumer<String> warnings;
  private TlsContext tls;

  /**
   * No connections.
   *
   * @param warnings takes what people should know of the configuration of TLS
   */
  RabbitmqClients(
      String endpoint,
      RabbitmqSettings settings,
      EndpointThreads threads,
      Consumer<String> warnings) {
    this.warnings = warnings;
    this.endpoint = endpoint;
    this.settings = settings;
    this.threads = threads.forPurpose("client");
  }

  String endpoint() {
    return endpoint;
  }

  /**
   * Connects and logs in; waits for that, a few seconds at most.
   *
   * @param purpose part of the connection's name
   * @param server names the host, which its certificate must confirm
   * @param address of the host
   * @param socket may be used to hang up meanwhile
   */
  ClientConnection connect(
      String purpose,
      ServerAddress server,
      InetAddress address,
      EventLoop loop,
      ClientSocket socket)
      throws IOException, TimeoutException {
    ClientConnection connection = new ClientConnection(socket);
    ConnectionFactory factory = factory(connection);
    TlsContext context = tls();
    factory
        .netty()
        .eventLoopGroup(loop)
        .enqueuingTimeout(WRITE_TIMEOUT)
        .bootstrapCustomizer(
            bootstrap ->
                bootstrap
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK))
        .channelCustomizer(channel -> customize(channel, socket, server, context));
    connection.made(
        factory.newConnection(
            new InPlaceExecutor(socket),
            List.of(new Address(address.getHostAddress(), server.port())),
            settings.connectionName().orElse(endpoint) + " (" + purpose + ")"));
    return connection;
  }

  private ConnectionFactory factory(ClientConnection connection) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setVirtualHost(settings.virtualHost());
    factory.setRequestedHeartbeat((int) settings.heartbeat().toSeconds());
    factory.setHandshakeTimeout(2 * (int) HANDSHAKE_TIMEOUT.toMillis()); // it waits for half of it
    factory.setChannelRpcTimeout((int) ANSWER_TIMEOUT.toMillis());
    factory.setMaxInboundMessageBodySize(MAX_MESSAGE_BYTES);
    factory.setThreadFactory(threads);
    factory.setTrafficListener(connection);
    factory.setExceptionHandler(new Quiet());
    if (settings.security().mechanism() == RabbitmqSettings.Mechanism.EXTERNAL) {
      factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
    } else {
      settings.security().username().ifPresent(factory::setUsername);
      settings.security().password().ifPresent(factory::setPassword);
    }
    return factory;
  }

  private void customize(
      Channel channel, ClientSocket socket, ServerAddress server, TlsContext context) {
    channel.pipeline().addFirst("socket", socket);
    if (context != null) {
      SSLEngine engine = context.sslContext().createSSLEngine(server.host(), server.port());
      engine.setUseClientMode(true);
      engine.setSSLParameters(context.parameters());
      SslHandler handler = new SslHandler(engine);
      handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT.toMillis());
      channel.pipeline().addFirst("tls", handler);
    }
  }

  /** Null without TLS. Reads files, so it may fail, and succeed later. */
  private synchronized TlsContext tls() {
    if (tls == null && settings.security().tls().isPresent()) {
      tls = TlsContext.of(endpoint, settings.security().tls().get());
      tls.warnings().forEach(warnings);
    }
    return tls;
  }

  /** What fails is told to who waits for it, and is in the status; the client need not log it. */
  private static final class Quiet extends ForgivingExceptionHandler {

    @Override
    protected void log(String message, Throwable failure) {
      LOG.debug("{}", message, failure);
    }
  }
}
