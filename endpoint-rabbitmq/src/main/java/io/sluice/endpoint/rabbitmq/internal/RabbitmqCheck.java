/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.Channel;
import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.net.ConnectionCheck;
import io.sluice.endpoint.support.net.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Checks a configuration: resolves and reaches the servers, shakes hands, logs in to the virtual
 * host, and looks for exchanges and the queue. Declares and consumes nothing. Waits, so that it
 * needs a thread of its own.
 */
final class RabbitmqCheck {

  private static final String VIRTUAL_HOST = "virtual-host";
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

  private final RabbitmqSettings settings;
  private final RabbitmqClients clients;
  private final EventLoops loops;
  private final ConnectionCheck check;

  RabbitmqCheck(
      RabbitmqSettings settings, RabbitmqClients clients, EventLoops loops, ConnectionCheck check) {
    this.settings = settings;
    this.clients = clients;
    this.loops = loops;
    this.check = check;
  }

  /** Takes all steps. */
  void run() {
    check.reach(settings.servers());
    if (!check.isPassed()) {
      logins().forEach(step -> check.skipped(step, "no broker is reached"));
      return;
    }
    check.begin(logins().findFirst().orElse(CheckStep.AUTHENTICATE));
    ClientConnection connection;
    try {
      connection = connect();
    } catch (EndpointException e) {
      failedAt(failedStep(e), e);
      return;
    }
    try {
      logins().forEach(step -> check.passed(step, passed(step)));
      destinations(connection);
    } finally {
      connection.close(CLOSE_TIMEOUT);
    }
  }

  /** The first server that lets us in. */
  private ClientConnection connect() {
    EndpointException last = null;
    for (ServerAddress server : settings.servers()) {
      try {
        return clients.connect(
            "check",
            server,
            InetAddress.getByName(server.host()),
            loops.next(),
            new ClientSocket());
      } catch (IOException | TimeoutException | RuntimeException e) {
        last = RabbitmqErrors.of(e);
      }
    }
    throw last;
  }

  private void destinations(ClientConnection connection) {
    RabbitmqSettings.Producer producer = settings.producer();
    RabbitmqSettings.Consumer consumer = settings.consumer();
    Stream.of(
            producer.route().filter(route -> producer.enabled()),
            consumer.route().filter(route -> consumer.enabled()))
        .flatMap(Optional::stream)
        .map(RabbitmqSettings.Route::exchange)
        .filter(exchange -> !exchange.isDefault())
        .map(RabbitmqSettings.Exchange::name)
        .distinct()
        .forEach(name -> exchange(connection, name));
    if (consumer.enabled()) {
      consumer.queue().name().ifPresent(name -> queue(connection, name));
    }
  }

  private void exchange(ClientConnection connection, String name) {
    look(
        connection,
        "exchange '" + name + "'",
        channel -> {
          channel.exchangeDeclarePassive(name);
          return "exchange '" + name + "' is there";
        });
  }

  private void queue(ClientConnection connection, String name) {
    look(
        connection,
        "queue '" + name + "'",
        channel ->
            "queue '%s' has %d messages"
                .formatted(name, channel.queueDeclarePassive(name).getMessageCount()));
  }

  private interface Look {
    String at(Channel channel) throws IOException;
  }

  /** What is missing ends the channel, so that each look has one of its own. */
  private void look(ClientConnection connection, String what, Look look) {
    check.step(
        CheckStep.DESTINATION,
        () -> {
          try {
            return look.at(connection.openChannel());
          } catch (IOException | RuntimeException e) {
            return missing(what, RabbitmqErrors.of(e));
          }
        });
  }

  private String missing(String what, EndpointException error) {
    if (settings.declare() == RabbitmqSettings.Declare.CREATE
        && error.code().equals(ErrorCode.TOPIC_UNKNOWN)) {
      return what + " is not there yet: the endpoint will create it";
    }
    throw error;
  }

  private Stream<String> logins() {
    Stream<String> handshake =
        settings.security().tls().isPresent() ? Stream.of(CheckStep.TLS) : Stream.empty();
    return Stream.concat(handshake, Stream.of(CheckStep.AUTHENTICATE, VIRTUAL_HOST));
  }

  private String passed(String step) {
    return switch (step) {
      case CheckStep.AUTHENTICATE -> settings.security().mechanism().name();
      case VIRTUAL_HOST -> "'" + settings.virtualHost() + "'";
      default -> "the certificate is trusted";
    };
  }

  private void failedAt(String failed, EndpointException error) {
    for (String step : logins().toList()) {
      if (step.equals(failed)) {
        check.failed(step, error);
      } else if (check.isPassed()) {
        check.passed(step, passed(step));
      } else {
        check.skipped(step, "not connected");
      }
    }
  }

  private String failedStep(EndpointException error) {
    List<String> steps = logins().toList();
    if (error.code().equals(ErrorCode.NOT_AUTHORIZED)) {
      return VIRTUAL_HOST;
    }
    return error.code().equals(ErrorCode.AUTHENTICATION_FAILED)
        ? CheckStep.AUTHENTICATE
        : steps.get(0);
  }
}
