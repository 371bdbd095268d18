/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * The final response of a {@link ProxyEndpoint}. Immutable, but for its streams.
 *
 * <p>The buffers of the body pass to the subscriber, who alone reads and keeps them. With status
 * 101 the body is the raw bytes that the backend sends after the upgrade.
 */
public final class ProxyResponse {

  private final int status;
  private final Headers headers;
  private final Flow.Publisher<ByteBuffer> body;
  private final CompletionStage<Headers> trailers;

  private ProxyResponse(Builder builder) {
    status = builder.status;
    headers = builder.headers;
    body = builder.body;
    trailers = builder.trailers;
  }

  /**
   * A builder of a response without headers and body.
   *
   * @param status 101, or 200 to 999: what a backend answers beyond 599 is passed on, to be treated
   *     as a server's error (RFC 9110, section 15)
   * @throws IllegalArgumentException if the status is another
   */
  public static Builder builder(int status) {
    return new Builder(status);
  }

  /**
   * A builder that starts with what this response has. Its streams pass to the new response: only
   * one of the two is used.
   *
   * @since 1.2
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The status code: 101, or 200 to 999. */
  public int status() {
    return status;
  }

  /** Whether the connection was upgraded and the body is a tunnel. */
  public boolean isUpgraded() {
    return status == 101;
  }

  /** The headers, hop-by-hop fields removed. Names are compared without case. */
  public Headers headers() {
    return headers;
  }

  /**
   * The body; to be subscribed to once, and cancelled by who does not read it to its end. Ends with
   * {@code onError} when the backend breaks off.
   */
  public Flow.Publisher<ByteBuffer> body() {
    return body;
  }

  /** Completes with the trailers when the body has ended; with none where there are none. */
  public CompletionStage<Headers> trailers() {
    return trailers;
  }

  @Override
  public String toString() {
    return "ProxyResponse[" + status + "]";
  }

  /** Collects the parts of a response. Not safe for use by more than one thread. */
  public static final class Builder {

    private final int status;
    private Headers headers = Headers.empty();
    private Flow.Publisher<ByteBuffer> body = EmptyBody.INSTANCE;
    private CompletionStage<Headers> trailers = CompletableFuture.completedStage(Headers.empty());

    private Builder(ProxyResponse response) {
      status = response.status;
      headers = response.headers;
      body = response.body;
      trailers = response.trailers;
    }

    private Builder(int status) {
      if (status != 101 && (status < 200 || status > 999)) {
        throw new IllegalArgumentException("not the status of a final response: " + status);
      }
      this.status = status;
    }

    /** Sets all headers. */
    public Builder headers(Headers headers) {
      this.headers = Objects.requireNonNull(headers, "headers");
      return this;
    }

    /** Sets the body; without it there is none. */
    public Builder body(Flow.Publisher<ByteBuffer> body) {
      this.body = Objects.requireNonNull(body, "body");
      return this;
    }

    /** Sets the trailers; without them there are none. */
    public Builder trailers(CompletionStage<Headers> trailers) {
      this.trailers = Objects.requireNonNull(trailers, "trailers");
      return this;
    }

    /** The response; the builder may not be used on, as streams are used once. */
    public ProxyResponse build() {
      return new ProxyResponse(this);
    }
  }
}
