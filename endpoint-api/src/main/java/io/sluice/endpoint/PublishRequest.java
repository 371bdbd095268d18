/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How a publisher wants to publish; everything is optional. Immutable. */
public final class PublishRequest {

  private static final PublishRequest DEFAULT = builder().build();

  private final String clientId;
  private final Qos qos;
  private final Map<String, Object> overrides;

  private PublishRequest(Builder builder) {
    clientId = builder.clientId;
    qos = builder.qos;
    overrides = Values.immutableMap(builder.overrides);
  }

  /** {@link Qos#AUTO} and everything else as configured. */
  public static PublishRequest defaults() {
    return DEFAULT;
  }

  /** A builder of a request with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Who publishes, for the backend's logs and limits; none means the endpoint's name. */
  public Optional<String> clientId() {
    return Optional.ofNullable(clientId);
  }

  /**
   * When a message counts as confirmed, never null: under {@link Qos#NONE} and {@link
   * Qos#AT_MOST_ONCE} when it was handed to the client library, otherwise when the backend said so.
   */
  public Qos qos() {
    return qos;
  }

  /**
   * What this request changes of the endpoint's {@code producer.…} configuration, by key without
   * that prefix ({@code topics}, {@code routingKey} …); immutable. Each type documents the keys
   * that it takes; another key fails with {@link ErrorCode#REQUEST_INVALID}.
   */
  public Map<String, Object> overrides() {
    return overrides;
  }

  @Override
  public String toString() {
    return "PublishRequest[" + Values.describe(clientId, overrides) + ", " + qos + "]";
  }

  /** Collects the parts of a request. Not safe for use by more than one thread. */
  public static final class Builder {

    private final Map<String, Object> overrides = new LinkedHashMap<>();
    private String clientId;
    private Qos qos = Qos.AUTO;

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

    /** Overrides a key; see {@link PublishRequest#overrides()}. */
    public Builder override(String key, Object value) {
      overrides.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** The request; the builder may be used on. */
    public PublishRequest build() {
      return new PublishRequest(this);
    }
  }
}
