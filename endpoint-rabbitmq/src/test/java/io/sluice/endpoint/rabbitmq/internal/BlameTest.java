/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import org.junit.jupiter.api.Test;

class BlameTest {

  @Test
  void aChannelThatIsClosedByAPublishIsAMessagesFault() {
    assertThat(Blame.isPossible(shutdown(false, channelClose(406, 60, 40)))).isTrue();
    assertThat(Blame.isPossible(shutdown(false, channelClose(404, 60, 40)))).isTrue();
    assertThat(Blame.isPossible(shutdown(false, channelClose(404, 40, 10)))).isFalse();
  }

  @Test
  void aConnectionThatIsClosedForItsContentIsToo() {
    assertThat(Blame.isPossible(shutdown(true, connectionClose(501, 0, 0)))).isTrue();
    assertThat(Blame.isPossible(shutdown(true, connectionClose(541, 0, 0)))).isTrue();
    assertThat(Blame.isPossible(shutdown(true, connectionClose(530, 60, 40)))).isTrue();
    assertThat(Blame.isPossible(shutdown(true, connectionClose(320, 0, 0)))).isFalse();
    assertThat(Blame.isPossible(shutdown(true, null))).isFalse();
  }

  @Test
  void whatTheEndpointMayDoIsNoFaultOfAMessage() {
    EndpointException forbidden =
        EndpointException.builder(ErrorCode.NOT_AUTHORIZED, "no").backendCode("403").build();
    EndpointException refused =
        EndpointException.builder(ErrorCode.REJECTED, "bad expiration").backendCode("406").build();

    assertThat(Blame.of(forbidden)).isSameAs(forbidden);
    assertThat(Blame.of(refused).concernsMessage()).isTrue();
    assertThat(Blame.of(refused).backendCode()).contains("406");
    assertThat(Blame.of(refused)).hasMessage("bad expiration");
  }

  private static ShutdownSignalException shutdown(boolean ofConnection, Method reason) {
    return new ShutdownSignalException(ofConnection, false, reason, "origin");
  }

  private static Method channelClose(int code, int classId, int methodId) {
    return new AMQP.Channel.Close.Builder()
        .replyCode(code)
        .classId(classId)
        .methodId(methodId)
        .build();
  }

  private static Method connectionClose(int code, int classId, int methodId) {
    return new AMQP.Connection.Close.Builder()
        .replyCode(code)
        .classId(classId)
        .methodId(methodId)
        .build();
  }
}
