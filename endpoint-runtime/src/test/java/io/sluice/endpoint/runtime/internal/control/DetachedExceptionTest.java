/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class DetachedExceptionTest {

  @Test
  void keepsWhatAHostNeedsToKnow() {
    EndpointException original =
        new EndpointException(
            ErrorCode.CONNECTION_LOST,
            "gone",
            true,
            new IllegalStateException("outer", new java.io.IOException("inner")));
    DetachedException copy = DetachedException.of(original);
    assertThat(copy.code()).isEqualTo(ErrorCode.CONNECTION_LOST);
    assertThat(copy).hasMessage("gone");
    assertThat(copy.isRetryable()).isTrue();
    assertThat(copy.getStackTrace()).isEqualTo(original.getStackTrace());
    assertThat(copy.getCause()).hasToString("java.lang.IllegalStateException: outer");
    assertThat(copy.getCause().getCause()).hasToString("java.io.IOException: inner");
    assertThat(copy.getCause()).isNotInstanceOf(IllegalStateException.class);
  }

  @Test
  void keepsWhetherAnErrorConcernsTheMessage() {
    assertThat(
            DetachedException.of(
                    EndpointException.ofMessage(ErrorCode.TOPIC_UNKNOWN, "no topic 'x'", null))
                .concernsMessage())
        .isTrue();
    assertThat(
            DetachedException.of(new EndpointException(ErrorCode.TOPIC_UNKNOWN, "no topic 'x'"))
                .concernsMessage())
        .isFalse();
    assertThat(DetachedException.of(new PoisonException()).concernsMessage())
        .as("an exception of the plugin's own")
        .isTrue();
    assertThat(
            new DetachedException(ErrorCode.REQUEST_INVALID, "the runtime's own", false)
                .concernsMessage())
        .isTrue();
    assertThat(DetachedException.of(new IllegalStateException()).concernsMessage()).isFalse();
  }

  @Test
  void keepsTheBackendsOwnCode() {
    EndpointException original =
        EndpointException.builder(ErrorCode.UNROUTABLE, "no queue").backendCode("312").build();
    assertThat(DetachedException.of(original).backendCode()).contains("312");
  }

  private static final class PoisonException extends EndpointException {

    private static final long serialVersionUID = 1L;

    PoisonException() {
      super(ErrorCode.REJECTED, "poison");
    }

    @Override
    public boolean concernsMessage() {
      return true;
    }
  }

  @Test
  void anythingElseIsAFaultOfThePlugin() {
    DetachedException copy = DetachedException.of(new NoClassDefFoundError("x/Y"));
    assertThat(copy.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(copy).hasMessage("java.lang.NoClassDefFoundError: x/Y");
  }

  @Test
  void looksIntoTheWrappersOfFutures() {
    EndpointException cause = new EndpointException(ErrorCode.TIMEOUT, "late");
    assertThat(DetachedException.of(new CompletionException(cause)).code())
        .isEqualTo(ErrorCode.TIMEOUT);
  }

  @Test
  void keepsTheViolationsOfARefusedConfiguration() {
    Violation violation = Violation.of("/a", "a", "is missing");
    assertThat(
            DetachedException.of(new ConfigurationException("orders", List.of(violation)))
                .violations())
        .containsExactly(violation);
  }

  @Test
  void survivesExceptionsThatCannotBeLookedAt() {
    RuntimeException nasty =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String toString() {
            throw new IllegalStateException("the message is unreadable");
          }
        };
    assertThat(DetachedException.of(nasty).getMessage()).contains("DetachedExceptionTest");
    assertThat(DetachedException.of(null).code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void endsWithCyclesOfCauses() {
    Exception a = new Exception("a");
    a.initCause(new Exception("b", a));
    int depth = 0;
    for (Throwable t = DetachedException.of(a); t != null; t = t.getCause()) {
      depth++;
    }
    assertThat(depth).isLessThan(20);
  }
}
