/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;

/** What the client's exceptions mean in terms of the API. */
final class KafkaErrors {

  private static final String OF_A_BATCH = "Failed to append record because it was part of a batch";

  private KafkaErrors() {}

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
    ErrorCode code = code(cause);
    return EndpointException.builder(code, message(cause))
        .retryable(isRetryable(cause, code))
        .backendCode(protocolCode(cause))
        .cause(cause)
        .build();
  }

  /** The name of the error in Kafka's protocol; null for one of the client's own. */
  private static String protocolCode(Throwable cause) {
    if (cause instanceof TimeoutException
        || cause instanceof DisconnectException
        || cause instanceof NetworkException) {
      return null;
    }
    Errors error = Errors.forException(cause);
    return error == Errors.UNKNOWN_SERVER_ERROR ? null : error.name();
  }

  /** Whether the client can never send again, so that it takes another one. */
  static boolean isFatal(Throwable failure) {
    return failure instanceof AuthenticationException
        || failure instanceof ClusterAuthorizationException
        || failure instanceof UnsupportedVersionException
        || failure instanceof BootstrapResolutionException
        || isFenced(failure)
        || failure instanceof IllegalStateException
        || failure.getClass() == KafkaException.class && !isOfAnotherRecord(failure);
  }

  private static boolean isFenced(Throwable failure) {
    return failure instanceof ProducerFencedException
        || failure instanceof InvalidProducerEpochException
        || failure instanceof InvalidPidMappingException;
  }

  /** Whether a record failed only because another one in its batch did. */
  static boolean isOfAnotherRecord(Throwable failure) {
    return failure.getClass() == KafkaException.class
        && String.valueOf(failure.getMessage()).startsWith(OF_A_BATCH);
  }

  /** Whether the client knows the topic, but not a partition with that number. */
  static boolean isPartitionUnknown(Throwable failure) {
    return failure instanceof TimeoutException
        && String.valueOf(failure.getMessage()).startsWith("Partition ");
  }

  /**
   * Whether the client has stumbled over metadata that another of its threads took away. It looks
   * twice for the error of a topic that it waits for ({@code KafkaProducer.waitOnMetadata}, 4.4),
   * and the error may be gone at the second look. The client has not taken the record.
   */
  static boolean isForgottenTopic(Throwable failure) {
    if (!(failure instanceof NullPointerException)) {
      return false; // most do not, and a stack trace is copied each time
    }
    StackTraceElement[] frames = failure.getStackTrace();
    return frames.length > 0 && frames[0].getMethodName().equals("waitOnMetadata");
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (isWrapper(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The client wraps what hinders its construction, and a timeout wraps what it waited for. */
  private static boolean isWrapper(Throwable failure) {
    return failure instanceof ExecutionException
        || failure instanceof CompletionException
        || failure.getClass() == KafkaException.class
        || failure instanceof TimeoutException
            && failure.getCause() instanceof UnknownTopicOrPartitionException;
  }

  private static ErrorCode code(Throwable cause) {
    if (cause instanceof BufferExhaustedException) {
      return ErrorCode.OVERLOADED;
    }
    if (cause instanceof TimeoutException) {
      return ErrorCode.TIMEOUT;
    }
    if (cause instanceof SslAuthenticationException) {
      return ErrorCode.TLS_FAILED;
    }
    if (cause instanceof AuthenticationException) {
      return ErrorCode.AUTHENTICATION_FAILED;
    }
    if (cause instanceof AuthorizationException) {
      return ErrorCode.NOT_AUTHORIZED;
    }
    if (cause instanceof UnknownTopicOrPartitionException
        || cause instanceof InvalidTopicException) {
      return ErrorCode.TOPIC_UNKNOWN;
    }
    if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
      return ErrorCode.MESSAGE_TOO_LARGE;
    }
    if (cause instanceof SerializationException || isRefusedRecord(cause)) {
      return ErrorCode.MESSAGE_INVALID;
    }
    return connectionCode(cause);
  }

  private static ErrorCode connectionCode(Throwable cause) {
    if (cause instanceof DisconnectException || cause instanceof NetworkException) {
      return ErrorCode.CONNECTION_LOST;
    }
    if (cause instanceof BootstrapResolutionException || isUnresolved(cause)) {
      return ErrorCode.DNS_RESOLUTION_FAILED;
    }
    if (cause instanceof ConfigException) {
      return ErrorCode.INVALID_CONFIGURATION;
    }
    if (cause instanceof NoOffsetForPartitionException
        || cause instanceof OffsetOutOfRangeException) {
      return ErrorCode.RESUME_POSITION_UNKNOWN;
    }
    if (cause instanceof FencedInstanceIdException
        || cause instanceof UnreleasedInstanceIdException) {
      return ErrorCode.CLIENT_ID_IN_USE;
    }
    if (cause instanceof InterruptException) {
      return ErrorCode.ENDPOINT_STOPPED;
    }
    if (cause instanceof RetriableException || isOfTheProducer(cause)) {
      return ErrorCode.UNAVAILABLE;
    }
    return cause instanceof KafkaException ? ErrorCode.REJECTED : ErrorCode.INTERNAL;
  }

  /** The constructors of clients have no other exception for it. */
  private static boolean isUnresolved(Throwable cause) {
    return cause instanceof ConfigException
        && String.valueOf(cause.getMessage()).startsWith("No resolvable bootstrap");
  }

  private static boolean isRetryable(Throwable cause, ErrorCode code) {
    return cause instanceof RetriableException
        || cause instanceof UnreleasedInstanceIdException // until the other member has left
        || cause instanceof Error // of this process, and of no message
        || isOfTheProducer(cause)
        || code.equals(ErrorCode.DNS_RESOLUTION_FAILED);
  }

  private static boolean isRefusedRecord(Throwable cause) {
    return cause instanceof InvalidRecordException || cause instanceof InvalidTimestampException;
  }

  /** The broker and this producer do not agree any more; the message is as good as any other. */
  private static boolean isOfTheProducer(Throwable cause) {
    return isFenced(cause)
        || cause instanceof OutOfOrderSequenceException // and UnknownProducerIdException
        || cause instanceof TransactionAbortableException
        || isOfAnotherRecord(cause);
  }

  private static String message(Throwable cause) {
    String message = cause.getMessage();
    String known =
        message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    return isRefusedRecord(cause) ? "the broker refuses the message: " + known : known;
  }
}
