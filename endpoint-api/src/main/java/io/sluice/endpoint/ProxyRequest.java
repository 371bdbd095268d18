/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * A request for a {@link ProxyEndpoint}. Immutable, but for its streams.
 *
 * <p>The buffers of a body pass to the subscriber, who alone reads and keeps them.
 */
public final class ProxyRequest {

  /** Hears of informational (1xx) responses other than 101, before the final response. */
  @FunctionalInterface
  public interface InformationalListener {

    /**
     * Called for each informational response, serially and in order; must not block.
     *
     * @param status 100 or 102 to 199
     * @param headers not null
     */
    void informational(int status, Headers headers);
  }

  private final String method;
  private final String target;
  private final String scheme;
  private final String authority;
  private final String protocol;
  private final String remoteAddress;
  private final Headers headers;
  private final Flow.Publisher<ByteBuffer> body;
  private final boolean hasBody;
  private final CompletionStage<Headers> trailers;
  private final Flow.Publisher<ByteBuffer> tunnel;
  private final InformationalListener informationalListener;
  private final CompletionStage<Void> aborted;

  private ProxyRequest(Builder builder) {
    method = builder.method;
    target = builder.target;
    scheme = builder.scheme;
    authority = builder.authority;
    protocol = builder.protocol;
    remoteAddress = builder.remoteAddress;
    headers = builder.headers;
    body = builder.body;
    hasBody = builder.hasBody;
    trailers = builder.trailers;
    tunnel = builder.tunnel;
    informationalListener = builder.informationalListener;
    aborted = builder.aborted;
  }

  /**
   * A builder of a request without headers and body.
   *
   * @param method such as {@code GET}, as the client wrote it
   * @param target raw path and query in origin form, beginning with a slash, relative to the
   *     endpoint
   */
  public static Builder builder(String method, String target) {
    return new Builder(method, target);
  }

  /**
   * A builder that starts with what this request has. Its streams pass to the new request: only one
   * of the two is used.
   *
   * @since 1.2
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The method as the client wrote it. */
  public String method() {
    return method;
  }

  /** Raw path and query in origin form, relative to the endpoint; not decoded, not normalised. */
  public String target() {
    return target;
  }

  /** The scheme that the client used: {@code http} or {@code https}. */
  public String scheme() {
    return scheme;
  }

  /** The host and port that the client asked for; empty if it named none. */
  public Optional<String> authority() {
    return Optional.ofNullable(authority);
  }

  /** The protocol that the client spoke, such as {@code HTTP/1.1}. */
  public String protocol() {
    return protocol;
  }

  /** The client's address, for forwarding headers; empty if it is not known. */
  public Optional<String> remoteAddress() {
    return Optional.ofNullable(remoteAddress);
  }

  /** The headers as they came, hop-by-hop fields included. Names are compared without case. */
  public Headers headers() {
    return headers;
  }

  /**
   * Whether there is a body, which may still turn out empty. Without one an endpoint neither
   * announces nor sends any: a {@code GET} stays a {@code GET} without {@code Transfer-Encoding}.
   *
   * @since 1.2
   */
  public boolean hasBody() {
    return hasBody;
  }

  /** The body; may be subscribed to once. Ends with {@code onError} when the client breaks off. */
  public Flow.Publisher<ByteBuffer> body() {
    return body;
  }

  /** Completes with the trailers when the body has ended; with none where there are none. */
  public CompletionStage<Headers> trailers() {
    return trailers;
  }

  /**
   * After a response with status 101: the raw bytes that the client sends. Empty for a caller that
   * does not support upgrades.
   */
  public Optional<Flow.Publisher<ByteBuffer>> tunnel() {
    return Optional.ofNullable(tunnel);
  }

  /** Hears of informational responses; never null. */
  public InformationalListener informationalListener() {
    return informationalListener;
  }

  /** Completes when the client has gone and does not wait for the response any more. */
  public CompletionStage<Void> aborted() {
    return aborted;
  }

  /** Method and target path; the query may be secret. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    return "ProxyRequest[" + method + " " + (query < 0 ? target : target.substring(0, query)) + "]";
  }

  /** Collects the parts of a request. Not safe for use by more than one thread. */
  public static final class Builder {

    private final String method;
    private final String target;
    private String scheme = "http";
    private String authority;
    private String protocol = "HTTP/1.1";
    private String remoteAddress;
    private Headers headers = Headers.empty();
    private Flow.Publisher<ByteBuffer> body = EmptyBody.INSTANCE;
    private boolean hasBody;
    private CompletionStage<Headers> trailers = CompletableFuture.completedStage(Headers.empty());
    private Flow.Publisher<ByteBuffer> tunnel;
    private InformationalListener informationalListener = (status, headers) -> {};
    private CompletionStage<Void> aborted = new CompletableFuture<Void>().minimalCompletionStage();

    private Builder(ProxyRequest request) {
      method = request.method;
      target = request.target;
      scheme = request.scheme;
      authority = request.authority;
      protocol = request.protocol;
      remoteAddress = request.remoteAddress;
      headers = request.headers;
      body = request.body;
      hasBody = request.hasBody;
      trailers = request.trailers;
      tunnel = request.tunnel;
      informationalListener = request.informationalListener;
      aborted = request.aborted;
    }

    private Builder(String method, String target) {
      this.method = Objects.requireNonNull(method, "method");
      this.target = Objects.requireNonNull(target, "target");
      if (!target.startsWith("/")) {
        throw new IllegalArgumentException("the target of a request begins with a slash");
      }
    }

    /** Sets the scheme; without it {@code http}. */
    public Builder scheme(String scheme) {
      this.scheme = Objects.requireNonNull(scheme, "scheme");
      return this;
    }

    /** Sets the authority; null for none. */
    public Builder authority(String authority) {
      this.authority = authority;
      return this;
    }

    /** Sets the protocol; without it {@code HTTP/1.1}. */
    public Builder protocol(String protocol) {
      this.protocol = Objects.requireNonNull(protocol, "protocol");
      return this;
    }

    /** Sets the client's address; null if it is not known. */
    public Builder remoteAddress(String remoteAddress) {
      this.remoteAddress = remoteAddress;
      return this;
    }

    /** Sets all headers. */
    public Builder headers(Headers headers) {
      this.headers = Objects.requireNonNull(headers, "headers");
      return this;
    }

    /** Sets the body; without it there is none. */
    public Builder body(Flow.Publisher<ByteBuffer> body) {
      this.body = Objects.requireNonNull(body, "body");
      this.hasBody = true;
      return this;
    }

    /**
     * Says whether there is a body, after {@link #body} has set one: for a publisher that stands
     * also for the body of a request that has none.
     *
     * @since 1.2
     */
    public Builder hasBody(boolean hasBody) {
      this.hasBody = hasBody;
      return this;
    }

    /** Sets the trailers; without them there are none. */
    public Builder trailers(CompletionStage<Headers> trailers) {
      this.trailers = Objects.requireNonNull(trailers, "trailers");
      return this;
    }

    /** Offers an upgrade; null for none. */
    public Builder tunnel(Flow.Publisher<ByteBuffer> tunnel) {
      this.tunnel = tunnel;
      return this;
    }

    /** Sets the listener for informational responses; without one they are dropped. */
    public Builder informationalListener(InformationalListener listener) {
      this.informationalListener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Sets the stage that completes when the client has gone; without it none does. */
    public Builder aborted(CompletionStage<Void> aborted) {
      this.aborted = Objects.requireNonNull(aborted, "aborted");
      return this;
    }

    /** The request; the builder may not be used on, as streams are used once. */
    public ProxyRequest build() {
      return new ProxyRequest(this);
    }
  }
}
