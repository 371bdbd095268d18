/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How a consumer wants to consume; everything is optional. Immutable. */
public final class ConsumeRequest {

  private static final ConsumeRequest DEFAULT = builder().build();

  private final String clientId;
  private final Qos qos;
  private final String resumeAfter;
  private final Map<String, Object> overrides;

  private ConsumeRequest(Builder builder) {
    clientId = builder.clientId;
    qos = builder.qos;
    resumeAfter = builder.resumeAfter;
    overrides = Values.immutableMap(builder.overrides);
  }

  /** {@link Qos#AUTO} and everything else as configured. */
  public static ConsumeRequest defaults() {
    return DEFAULT;
  }

  /** {@link #defaults()} with another QoS. */
  public static ConsumeRequest of(Qos qos) {
    return builder().qos(qos).build();
  }

  /** A builder of a request with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with what this request has. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.clientId = clientId;
    builder.qos = qos;
    builder.resumeAfter = resumeAfter;
    builder.overrides.putAll(overrides);
    return builder;
  }

  /** Consumers with the same client id compete; none means the endpoint's name. */
  public Optional<String> clientId() {
    return Optional.ofNullable(clientId);
  }

  /** When a message is settled, never null. */
  public Qos qos() {
    return qos;
  }

  /**
   * The id of the message after which to go on. An endpoint whose type lacks the capability {@link
   * EndpointType#RESUME} answers {@link ErrorCode#RESUME_UNSUPPORTED}.
   */
  public Optional<String> resumeAfter() {
    return Optional.ofNullable(resumeAfter);
  }

  /**
   * What this request changes of the endpoint's {@code consumer.…} configuration, by key without
   * that prefix ({@code topics}, {@code groupId} …); immutable. Each type documents the keys that
   * it takes; another key fails with {@link ErrorCode#REQUEST_INVALID}.
   */
  public Map<String, Object> overrides() {
    return overrides;
  }

  @Override
  public String toString() {
    return "ConsumeRequest["
        + Values.describe(clientId, overrides)
        + ", "
        + qos
        + (resumeAfter == null ? "]" : ", after " + resumeAfter + "]");
  }

  /** Collects the parts of a request. Not safe for use by more than one thread. */
  public static final class Builder {

    private final Map<String, Object> overrides = new LinkedHashMap<>();
    private String clientId;
    private Qos qos = Qos.AUTO;
    private String resumeAfter;

    private Builder() {}

    /** Sets the client id; null for the endpoint's name. */
    public Builder clientId(String clientId) {
      this.clientId = clientId;
      return this;
    }

    /** Sets the QoS. */
    public Builder qos(Qos qos) {
      this.qos = Objects.requireNonNull(qos, "qos");
      return this;
    }

    /** Sets the message id after which to go on; null for where the backend stands. */
    public Builder resumeAfter(String messageId) {
      this.resumeAfter = messageId;
      return this;
    }

    /** Overrides a key; see {@link ConsumeRequest#overrides()}. */
    public Builder override(String key, Object value) {
      overrides.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** The request; the builder may be used on. */
    public ConsumeRequest build() {
      return new ConsumeRequest(this);
    }
  }
}
