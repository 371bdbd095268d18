/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaErrorsTest {

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(new TimeoutException("t"), ErrorCode.TIMEOUT, true),
        arguments(new BufferExhaustedException("b"), ErrorCode.OVERLOADED, true),
        arguments(
            new TimeoutException("t", new UnknownTopicOrPartitionException("u")),
            ErrorCode.TOPIC_UNKNOWN,
            true),
        arguments(new InvalidTopicException("t"), ErrorCode.TOPIC_UNKNOWN, false),
        arguments(new RecordTooLargeException("r"), ErrorCode.MESSAGE_TOO_LARGE, false),
        arguments(new SerializationException("s"), ErrorCode.MESSAGE_INVALID, false),
        arguments(new InvalidRecordException("i"), ErrorCode.MESSAGE_INVALID, false),
        arguments(new SaslAuthenticationException("s"), ErrorCode.AUTHENTICATION_FAILED, false),
        arguments(new SslAuthenticationException("s"), ErrorCode.TLS_FAILED, false),
        arguments(new GroupAuthorizationException("g"), ErrorCode.NOT_AUTHORIZED, false),
        arguments(DisconnectException.INSTANCE, ErrorCode.CONNECTION_LOST, true),
        arguments(new NetworkException("n"), ErrorCode.CONNECTION_LOST, true),
        arguments(new BootstrapResolutionException("b"), ErrorCode.DNS_RESOLUTION_FAILED, true),
        arguments(
            new ConfigException("No resolvable bootstrap urls given"),
            ErrorCode.DNS_RESOLUTION_FAILED,
            true),
        arguments(new ConfigException("c"), ErrorCode.INVALID_CONFIGURATION, false),
        arguments(
            new NoOffsetForPartitionException(PARTITION), ErrorCode.RESUME_POSITION_UNKNOWN, false),
        arguments(
            new OffsetOutOfRangeException(Map.of(PARTITION, 1L)),
            ErrorCode.RESUME_POSITION_UNKNOWN,
            false),
        arguments(new FencedInstanceIdException("f"), ErrorCode.CLIENT_ID_IN_USE, false),
        arguments(new UnreleasedInstanceIdException("u"), ErrorCode.CLIENT_ID_IN_USE, true),
        arguments(
            new KafkaException("u", new UnsatisfiedLinkError("no codec")),
            ErrorCode.INTERNAL,
            true),
        arguments(new NotEnoughReplicasException("n"), ErrorCode.UNAVAILABLE, true),
        arguments(
            new KafkaException("fetching failed", new CorruptRecordException("c")),
            ErrorCode.UNAVAILABLE,
            true),
        arguments(new InvalidTimestampException("i"), ErrorCode.MESSAGE_INVALID, false),
        arguments(new RecordBatchTooLargeException("r"), ErrorCode.MESSAGE_TOO_LARGE, false),
        arguments(new ProducerFencedException("p"), ErrorCode.UNAVAILABLE, true),
        arguments(new InvalidProducerEpochException("i"), ErrorCode.UNAVAILABLE, true),
        arguments(new InvalidPidMappingException("i"), ErrorCode.UNAVAILABLE, true),
        arguments(new OutOfOrderSequenceException("o"), ErrorCode.UNAVAILABLE, true),
        arguments(new UnknownProducerIdException("u"), ErrorCode.UNAVAILABLE, true),
        arguments(new TransactionAbortableException("t"), ErrorCode.UNAVAILABLE, true),
        arguments(new ClusterAuthorizationException("c"), ErrorCode.NOT_AUTHORIZED, false),
        arguments(new PolicyViolationException("p"), ErrorCode.REJECTED, false),
        arguments(new IllegalStateException("i"), ErrorCode.INTERNAL, false));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureHasACodeAndSaysWhetherToTryAgain(
      Exception failure, ErrorCode code, boolean retryable) {
    for (Throwable thrown :
        Set.of(failure, new ExecutionException(failure), new CompletionException(failure))) {
      EndpointException error = KafkaErrors.of(thrown);

      assertThat(error.code()).isEqualTo(code);
      assertThat(error.isRetryable()).isEqualTo(retryable);
      assertThat(error.getMessage()).isNotBlank();
    }
  }

  @Test
  void whatIsWrongWithTheMessageConcernsTheMessage() {
    assertThat(
            List.of(
                new RecordTooLargeException("r"),
                new RecordBatchTooLargeException("r"),
                new SerializationException("s"),
                new InvalidRecordException("i"),
                new InvalidTimestampException("i")))
        .allMatch(failure -> KafkaErrors.of(failure).concernsMessage());
    assertThat(
            List.of(
                new TimeoutException("t"),
                new UnknownTopicOrPartitionException("u"),
                new TopicAuthorizationException("t"),
                new ProducerFencedException("p"),
                new NotEnoughReplicasException("n")))
        .noneMatch(failure -> KafkaErrors.of(failure).concernsMessage());
  }

  @Test
  void aClientThatCanNeverSendAgainIsTold() {
    KafkaException ofTheBatch =
        new KafkaException(
            "Failed to append record because it was part of a batch which had one more more"
                + " invalid records");

    assertThat(
            List.of(
                new SaslAuthenticationException("s"),
                new ClusterAuthorizationException("c"),
                new ProducerFencedException("p"),
                new KafkaException("Cannot execute transactional method"),
                new IllegalStateException("closed")))
        .allMatch(KafkaErrors::isFatal);
    assertThat(
            List.of(
                ofTheBatch,
                new TopicAuthorizationException("t"),
                new TimeoutException("t"),
                new InvalidRecordException("i")))
        .noneMatch(KafkaErrors::isFatal);
    assertThat(KafkaErrors.isOfAnotherRecord(ofTheBatch)).isTrue();
  }

  @Test
  void aTopicThatTheClientForgetsWhileItWaitsIsTold() {
    assertThat(KafkaErrors.isForgottenTopic(forgottenTopic())).isTrue();
    assertThat(KafkaErrors.isForgottenTopic(new NullPointerException("another"))).isFalse();
    assertThat(KafkaErrors.isForgottenTopic(new TimeoutException("t"))).isFalse();
  }

  /** What the client throws then. */
  static RuntimeException forgottenTopic() {
    Method waits =
        Stream.of(KafkaProducer.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("waitOnMetadata"))
            .findAny()
            .orElseThrow(() -> new AssertionError("the client has changed: look for the race"));
    NullPointerException thrown = new NullPointerException("getError(String) is null");
    thrown.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(
              waits.getDeclaringClass().getName(), waits.getName(), "KafkaProducer.java", 1200)
        });
    return thrown;
  }

  @Test
  void whatIsKnownStaysAsItIs() {
    EndpointException known = new EndpointException(ErrorCode.UNROUTABLE, "known");

    assertThat(KafkaErrors.of(new KafkaException("wrapped", known))).isSameAs(known);
  }

  @Test
  void theNameOfTheErrorInTheProtocolGoesWithIt() {
    assertThat(KafkaErrors.of(new TopicAuthorizationException(Set.of("t"))).backendCode())
        .contains("TOPIC_AUTHORIZATION_FAILED");
    assertThat(KafkaErrors.of(new TimeoutException("the client's")).backendCode()).isEmpty();
    assertThat(KafkaErrors.of(new IllegalStateException()).backendCode()).isEmpty();
  }
}
