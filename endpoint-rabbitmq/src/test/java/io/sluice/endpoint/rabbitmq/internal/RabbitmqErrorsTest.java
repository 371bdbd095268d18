/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.MissedHeartbeatException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ProtocolVersionMismatchException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.Version;
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
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RabbitmqErrorsTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(new UnknownHostException("h"), ErrorCode.DNS_RESOLUTION_FAILED, true),
        arguments(new ConnectException("c"), ErrorCode.CONNECTION_REFUSED, true),
        arguments(new NoRouteToHostException("n"), ErrorCode.UNAVAILABLE, true),
        arguments(new ConnectTimeoutException("c"), ErrorCode.CONNECT_TIMEOUT, true),
        arguments(new SocketTimeoutException("s"), ErrorCode.CONNECT_TIMEOUT, true),
        arguments(new MissedHeartbeatException("m"), ErrorCode.CONNECTION_LOST, true),
        arguments(new EOFException(), ErrorCode.CONNECTION_LOST, true),
        arguments(new SocketException("Connection reset"), ErrorCode.CONNECTION_LOST, true),
        arguments(new ClosedChannelException(), ErrorCode.CONNECTION_LOST, true),
        arguments(new SSLHandshakeException("s"), ErrorCode.TLS_FAILED, false),
        arguments(new DecoderException(new SSLException("s")), ErrorCode.TLS_FAILED, false),
        arguments(
            new SSLException("s", new SocketException("Connection reset")),
            ErrorCode.CONNECTION_LOST,
            true),
        arguments(new AuthenticationFailureException("a"), ErrorCode.AUTHENTICATION_FAILED, false),
        arguments(
            new PossibleAuthenticationFailureException(shutdown(new EOFException())),
            ErrorCode.AUTHENTICATION_FAILED,
            true),
        arguments(
            new PossibleAuthenticationFailureException("p"), ErrorCode.AUTHENTICATION_FAILED, true),
        arguments(
            new PossibleAuthenticationFailureException(connectionClosed(530, "no")),
            ErrorCode.AUTHENTICATION_FAILED,
            false),
        arguments(
            new PossibleAuthenticationFailureException(
                shutdown(new SSLHandshakeException("bad_certificate"))),
            ErrorCode.TLS_FAILED,
            false),
        arguments(
            new PossibleAuthenticationFailureException(connectionClosed(320, "c")),
            ErrorCode.CONNECTION_LOST,
            true),
        arguments(
            new ProtocolVersionMismatchException(new Version(0, 9), new Version(1, 0)),
            ErrorCode.REJECTED,
            false),
        arguments(new MalformedFrameException("m"), ErrorCode.REJECTED, false),
        arguments(new TimeoutException("t"), ErrorCode.TIMEOUT, true),
        arguments(
            new ChannelContinuationTimeoutException(new TimeoutException("t"), "channel", 1, null),
            ErrorCode.TIMEOUT,
            true),
        arguments(shutdown(new EOFException()), ErrorCode.CONNECTION_LOST, true),
        arguments(shutdown(new MissedHeartbeatException("m")), ErrorCode.CONNECTION_LOST, true),
        arguments(shutdown(null), ErrorCode.CONNECTION_LOST, true),
        arguments(connectionClosed(200, "OK"), ErrorCode.CONNECTION_LOST, true),
        arguments(
            new AlreadyClosedException(channelClosed(404, "NOT_FOUND - of another")),
            ErrorCode.CONNECTION_LOST,
            true),
        arguments(new InterruptedException(), ErrorCode.ENDPOINT_STOPPED, false),
        arguments(new IllegalStateException("i"), ErrorCode.INTERNAL, false),
        arguments(new NoClassDefFoundError("n"), ErrorCode.INTERNAL, true));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureHasACodeAndSaysWhetherToTryAgain(
      Throwable failure, ErrorCode code, boolean retryable) {
    for (Throwable thrown :
        List.of(
            failure,
            new ExecutionException(failure),
            new CompletionException(failure),
            new IOException(failure))) {
      EndpointException error = RabbitmqErrors.of(thrown);

      assertThat(error.code()).isEqualTo(code);
      assertThat(error.isRetryable()).isEqualTo(retryable);
      assertThat(error.getMessage()).isNotBlank();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "311, MESSAGE_TOO_LARGE, false",
    "312, UNROUTABLE, false",
    "320, CONNECTION_LOST, true",
    "402, NOT_AUTHORIZED, false",
    "403, NOT_AUTHORIZED, false",
    "404, TOPIC_UNKNOWN, true",
    "405, UNAVAILABLE, true",
    "406, REJECTED, false",
    "501, REJECTED, false",
    "502, REJECTED, false",
    "503, REJECTED, false",
    "504, REJECTED, false",
    "505, REJECTED, false",
    "506, UNAVAILABLE, true",
    "530, NOT_AUTHORIZED, false",
    "540, REJECTED, false",
    "541, UNAVAILABLE, true",
    "542, REJECTED, false"
  })
  void theReplyOfTheBrokerGoesWithItsWordsAndCode(int reply, String code, boolean retryable) {
    String words = "NAME - the broker's own words";
    for (Throwable thrown :
        List.of(
            channelClosed(reply, words),
            connectionClosed(reply, words),
            new IOException(channelClosed(reply, words)))) {
      EndpointException error = RabbitmqErrors.of(thrown);

      assertThat(error.code()).isEqualTo(ErrorCode.of(code));
      assertThat(error.isRetryable()).isEqualTo(retryable);
      assertThat(error).hasMessage(words);
      assertThat(error.backendCode()).contains(String.valueOf(reply));
      assertThat(RabbitmqErrors.replyCode(thrown)).contains(reply);
    }
  }

  @Test
  void aMessageThatIsTooLargeForTheBrokerIsToldByItsWords() {
    EndpointException error =
        RabbitmqErrors.of(
            channelClosed(
                406,
                "PRECONDITION_FAILED - message size 200 is larger than configured max size 100"));

    assertThat(error.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(error.concernsMessage()).isTrue();
  }

  @Test
  void refusedCredentialsHaveAReplyCode() {
    AuthenticationFailureException refusal =
        new AuthenticationFailureException("ACCESS_REFUSED - Login was refused");

    assertThat(RabbitmqErrors.of(refusal).backendCode()).contains("403");
    assertThat(RabbitmqErrors.of(refusal)).hasMessage("ACCESS_REFUSED - Login was refused");
  }

  @Test
  void whatWasClosedBeforeKeepsTheReason() {
    EndpointException error =
        RabbitmqErrors.of(
            new AlreadyClosedException(channelClosed(404, "NOT_FOUND - no exchange")));

    assertThat(error).hasMessage("the channel is closed already: NOT_FOUND - no exchange");
    assertThat(error.backendCode()).contains("404");
    assertThat(error.concernsMessage()).isFalse();
  }

  @Test
  void whereTheBrokerHasSaidNothingThereIsNoReplyCode() {
    assertThat(RabbitmqErrors.replyCode(shutdown(new EOFException()))).isEmpty();
    assertThat(RabbitmqErrors.replyCode(connectionClosed(200, "OK"))).isEmpty();
    assertThat(RabbitmqErrors.replyCode(new TimeoutException())).isEmpty();
    assertThat(RabbitmqErrors.of(connectionClosed(200, "OK")))
        .hasMessage("the connection was closed");
  }

  @Test
  void channelsAndConnectionsAreToldApart() {
    assertThat(RabbitmqErrors.isOfChannel(channelClosed(404, "n"))).isTrue();
    assertThat(RabbitmqErrors.isOfChannel(connectionClosed(320, "c"))).isFalse();
  }

  @Test
  void whatIsKnownStaysAsItIs() {
    EndpointException known = new EndpointException(ErrorCode.UNROUTABLE, "known");

    assertThat(RabbitmqErrors.of(new CompletionException(known))).isSameAs(known);
  }

  static ShutdownSignalException channelClosed(int code, String text) {
    return new ShutdownSignalException(
        false,
        false,
        new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build(),
        "channel");
  }

  static ShutdownSignalException connectionClosed(int code, String text) {
    return new ShutdownSignalException(
        true,
        false,
        new AMQP.Connection.Close.Builder().replyCode(code).replyText(text).build(),
        "connection");
  }

  private static ShutdownSignalException shutdown(Throwable cause) {
    ShutdownSignalException shutdown = new ShutdownSignalException(true, false, null, "connection");
    if (cause != null) {
      shutdown.initCause(cause);
    }
    return shutdown;
  }
}
