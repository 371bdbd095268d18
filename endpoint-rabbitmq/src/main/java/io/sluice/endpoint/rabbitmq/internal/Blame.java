/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.util.Set;

/** Whether a broker has ended a channel or connection because of a message. */
final class Blame {

  private static final int BASIC = 60;
  private static final int PUBLISH = 40;

  /** Of connections, which may not name the method: frame error to not allowed, and beyond. */
  private static final Set<Integer> OF_CONTENT =
      Set.of(
          AMQP.FRAME_ERROR,
          AMQP.SYNTAX_ERROR,
          AMQP.COMMAND_INVALID,
          AMQP.UNEXPECTED_FRAME,
          AMQP.NOT_IMPLEMENTED,
          AMQP.INTERNAL_ERROR);

  /** These say what the endpoint may do, or what there is; the message is as good as any other. */
  private static final Set<ErrorCode> OF_THE_ENDPOINT =
      Set.of(ErrorCode.NOT_AUTHORIZED, ErrorCode.TOPIC_UNKNOWN, ErrorCode.UNAVAILABLE);

  private Blame() {}

  /** Whether a message that was under way may be the reason. */
  static boolean isPossible(ShutdownSignalException cause) {
    Method reason = cause.getReason();
    if (reason instanceof AMQP.Channel.Close close) {
      return close.getClassId() == BASIC && close.getMethodId() == PUBLISH;
    }
    if (reason instanceof AMQP.Connection.Close close) {
      return close.getClassId() == BASIC && close.getMethodId() == PUBLISH
          || OF_CONTENT.contains(close.getReplyCode());
    }
    return false;
  }

  /** The error of the message that was alone when the broker refused to go on. */
  static EndpointException of(EndpointException error) {
    return OF_THE_ENDPOINT.contains(error.code())
        ? error
        : EndpointException.builder(error.code(), error.getMessage())
            .concernsMessage(true)
            .backendCode(error.backendCode().orElse(null))
            .build();
  }
}
