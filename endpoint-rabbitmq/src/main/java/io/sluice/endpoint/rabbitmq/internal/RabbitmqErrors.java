/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.MissedHeartbeatException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ProtocolVersionMismatchException;
import com.rabbitmq.client.ShutdownSignalException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** What the client's exceptions mean in terms of the API. */
final class RabbitmqErrors {

  /** What may be gone at the next attempt, without a change of configuration or message. */
  private static final Set<ErrorCode> PASSING =
      Set.of(
          ErrorCode.CONNECTION_LOST,
          ErrorCode.CONNECTION_REFUSED,
          ErrorCode.CONNECT_TIMEOUT,
          ErrorCode.DNS_RESOLUTION_FAILED,
          ErrorCode.TIMEOUT,
          ErrorCode.TOPIC_UNKNOWN,
          ErrorCode.UNAVAILABLE);

  private static final Pattern TOO_LARGE = Pattern.compile("message size .*larger than");

  private RabbitmqErrors() {}

  /**
   * The endpoint exception for a failure of the client.
   *
   * @param failure not null
   */
  static EndpointException of(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof EndpointException known) {
      return known;
    }
    ErrorCode code = isOfLogin(failure, cause) ? ErrorCode.AUTHENTICATION_FAILED : code(cause);
    return EndpointException.builder(code, message(cause))
        .retryable(isRetryable(cause, code))
        .backendCode(replyCode(cause).map(String::valueOf).orElse(null))
        .cause(cause)
        .build();
  }

  /** Brokers other than RabbitMQ refuse a login with the code for what is not allowed. */
  private static boolean isOfLogin(Throwable failure, Throwable cause) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
            .anyMatch(PossibleAuthenticationFailureException.class::isInstance)
        && cause instanceof ShutdownSignalException shutdown
        && reply(shutdown).filter(told -> told.code() == AMQP.NOT_ALLOWED).isPresent();
  }

  /** The reply code by which the broker has closed a channel or connection; empty if it has not. */
  static Optional<Integer> replyCode(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof AuthenticationFailureException) {
      return Optional.of(AMQP.ACCESS_REFUSED);
    }
    return cause instanceof ShutdownSignalException shutdown
        ? reply(shutdown).map(Reply::code)
        : Optional.empty();
  }

  /** Whether a channel was closed, and the connection goes on. */
  static boolean isOfChannel(ShutdownSignalException shutdown) {
    return !shutdown.isHardError();
  }

  /** What the broker says when it closes a channel or connection. */
  private record Reply(int code, String text) {}

  private static Optional<Reply> reply(ShutdownSignalException shutdown) {
    Reply reply = null;
    if (shutdown.getReason() instanceof AMQP.Channel.Close close) {
      reply = new Reply(close.getReplyCode(), close.getReplyText());
    } else if (shutdown.getReason() instanceof AMQP.Connection.Close close) {
      reply = new Reply(close.getReplyCode(), close.getReplyText());
    }
    return Optional.ofNullable(reply).filter(told -> told.code() != AMQP.REPLY_SUCCESS);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (isWrapper(cause)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isWrapper(Throwable failure) {
    Throwable cause = failure.getCause();
    if (cause == null) {
      return false;
    }
    if (failure instanceof ShutdownSignalException shutdown) {
      return reply(shutdown).isEmpty();
    }
    if (failure instanceof SSLException) {
      return isCut(cause);
    }
    // That the connection broke while it was made may well be about the credentials.
    return failure instanceof PossibleAuthenticationFailureException && !isCut(unwrap(cause))
        || failure instanceof ExecutionException
        || failure instanceof CompletionException
        || failure instanceof DecoderException
        || failure.getClass() == IOException.class;
  }

  private static boolean isCut(Throwable failure) {
    return failure instanceof EOFException
        || failure instanceof SocketException
        || failure instanceof ClosedChannelException
        || failure instanceof ShutdownSignalException shutdown && reply(shutdown).isEmpty();
  }

  private static ErrorCode code(Throwable cause) {
    if (cause instanceof AlreadyClosedException) {
      return ErrorCode.CONNECTION_LOST; // by what came before
    }
    if (cause instanceof ShutdownSignalException shutdown) {
      return reply(shutdown).map(RabbitmqErrors::code).orElse(ErrorCode.CONNECTION_LOST);
    }
    if (cause instanceof PossibleAuthenticationFailureException) {
      return ErrorCode.AUTHENTICATION_FAILED;
    }
    if (cause instanceof ProtocolVersionMismatchException
        || cause instanceof MalformedFrameException) {
      return ErrorCode.REJECTED;
    }
    if (cause instanceof TimeoutException || cause instanceof ChannelContinuationTimeoutException) {
      return ErrorCode.TIMEOUT;
    }
    if (cause instanceof InterruptedException) {
      return ErrorCode.ENDPOINT_STOPPED;
    }
    return cause instanceof IOException ? networkCode(cause) : ErrorCode.INTERNAL;
  }

  private static ErrorCode code(Reply reply) {
    return switch (reply.code()) {
      case AMQP.CONTENT_TOO_LARGE -> ErrorCode.MESSAGE_TOO_LARGE;
      case AMQP.NO_ROUTE, AMQP.NO_CONSUMERS -> ErrorCode.UNROUTABLE;
      case AMQP.CONNECTION_FORCED -> ErrorCode.CONNECTION_LOST;
      case AMQP.ACCESS_REFUSED, AMQP.NOT_ALLOWED, AMQP.INVALID_PATH -> ErrorCode.NOT_AUTHORIZED;
      case AMQP.NOT_FOUND -> ErrorCode.TOPIC_UNKNOWN;
      case AMQP.RESOURCE_LOCKED, AMQP.RESOURCE_ERROR, AMQP.INTERNAL_ERROR -> ErrorCode.UNAVAILABLE;
      case AMQP.PRECONDITION_FAILED ->
          TOO_LARGE.matcher(String.valueOf(reply.text())).find()
              ? ErrorCode.MESSAGE_TOO_LARGE
              : ErrorCode.REJECTED;
      default -> ErrorCode.REJECTED;
    };
  }

  /** Subclasses before their superclasses. */
  private static ErrorCode networkCode(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return ErrorCode.DNS_RESOLUTION_FAILED;
    }
    if (cause instanceof MissedHeartbeatException) {
      return ErrorCode.CONNECTION_LOST;
    }
    if (cause instanceof ConnectTimeoutException || cause instanceof SocketTimeoutException) {
      return ErrorCode.CONNECT_TIMEOUT;
    }
    if (cause instanceof NoRouteToHostException) {
      return ErrorCode.UNAVAILABLE;
    }
    if (cause instanceof ConnectException) {
      return ErrorCode.CONNECTION_REFUSED;
    }
    return cause instanceof SSLException ? ErrorCode.TLS_FAILED : ErrorCode.CONNECTION_LOST;
  }

  private static boolean isRetryable(Throwable cause, ErrorCode code) {
    return PASSING.contains(code)
        || cause.getClass() == PossibleAuthenticationFailureException.class
        || cause instanceof Error; // of this process, and of no message
  }

  private static String message(Throwable cause) {
    if (cause instanceof ShutdownSignalException shutdown) {
      return message(shutdown);
    }
    if (cause.getClass() == PossibleAuthenticationFailureException.class) {
      return "the broker closed the connection during authentication";
    }
    String message = cause.getMessage();
    boolean blank = message == null || message.isBlank();
    if (cause instanceof UnknownHostException) {
      return "host '" + message + "' has no address";
    }
    if (blank && cause instanceof EOFException) {
      return "the broker closed the connection";
    }
    return blank ? cause.getClass().getSimpleName() : message;
  }

  private static String message(ShutdownSignalException shutdown) {
    String what = isOfChannel(shutdown) ? "the channel" : "the connection";
    Optional<String> words =
        reply(shutdown).map(Reply::text).filter(text -> text != null && !text.isBlank());
    if (shutdown instanceof AlreadyClosedException) {
      return what + " is closed already" + words.map(text -> ": " + text).orElse("");
    }
    return words.orElseGet(
        () -> what + " was closed" + replyCode(shutdown).map(c -> " with " + c).orElse(""));
  }
}
