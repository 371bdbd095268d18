/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Describes a type of endpoint: what a host shows and checks before it makes one. Immutable. */
public final class EndpointType {

  /** Capability: consuming can start after a given message id. */
  public static final String RESUME = "resume";

  /**
   * Capability: the backend itself keeps the position of a client id. Without it a host that
   * replaces an endpoint goes on by {@link #RESUME}.
   */
  public static final String DURABLE = "durable";

  /**
   * Capability: consumers of one endpoint with the same client id share its messages. Without it a
   * second one may be refused with {@link ErrorCode#CLIENT_ID_IN_USE}, unless its configuration or
   * request makes them competitors.
   */
  public static final String COMPETING_CONSUMERS = "competing-consumers";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final String name;
  private final String title;
  private final String description;
  private final String version;
  private final Set<Mode> modes;
  private final Set<Qos> qos;
  private final Set<String> capabilities;
  private final ConfigurationSchema schema;

  private EndpointType(Builder builder) {
    name = builder.name;
    title = builder.title == null ? builder.name : builder.title;
    description = builder.description;
    version = builder.version;
    modes = Collections.unmodifiableSet(builder.modes.clone());
    qos = Collections.unmodifiableSet(builder.qos.clone());
    capabilities = Collections.unmodifiableSet(new LinkedHashSet<>(builder.capabilities));
    schema = Objects.requireNonNull(builder.schema, "an endpoint type needs a schema");
    if (modes.isEmpty()) {
      throw new IllegalArgumentException("endpoint type " + name + " needs at least one mode");
    }
  }

  /**
   * A builder of a type.
   *
   * @param name lower case letters, digits and hyphens, such as {@code kafka}
   * @throws IllegalArgumentException if the name has another form
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** The name by which configurations refer to the type, such as {@code kafka}. */
  public String name() {
    return name;
  }

  /** The name for people. */
  public String title() {
    return title;
  }

  /** What the type is for, in a sentence or two. */
  public String description() {
    return description;
  }

  /** The version of the bundle that serves the type, such as {@code 1.2.0}. */
  public String version() {
    return version;
  }

  /** The modes that some configuration of the type enables; immutable, not empty. */
  public Set<Mode> modes() {
    return modes;
  }

  /** The QoS levels for consuming; immutable, empty for a type that does not consume. */
  public Set<Qos> qos() {
    return qos;
  }

  /** What the type can do beyond the common; immutable. Known are the constants of this class. */
  public Set<String> capabilities() {
    return capabilities;
  }

  /** The schema of its configuration, never null. */
  public ConfigurationSchema schema() {
    return schema;
  }

  @Override
  public String toString() {
    return name + " " + version;
  }

  /** Collects the parts of a type. Not safe for use by more than one thread. */
  public static final class Builder {

    private final String name;
    private final EnumSet<Mode> modes = EnumSet.noneOf(Mode.class);
    private final EnumSet<Qos> qos = EnumSet.noneOf(Qos.class);
    private final Set<String> capabilities = new LinkedHashSet<>();
    private String title;
    private String description = "";
    private String version = "0.0.0";
    private ConfigurationSchema schema;

    private Builder(String name) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "not a type name (lower case letters, digits, hyphens): " + name);
      }
      this.name = name;
    }

    /** Sets the name for people; without it the name is used. */
    public Builder title(String title) {
      this.title = Objects.requireNonNull(title, "title");
      return this;
    }

    /** Sets what the type is for. */
    public Builder description(String description) {
      this.description = Objects.requireNonNull(description, "description");
      return this;
    }

    /** Sets the version of the bundle. */
    public Builder version(String version) {
      this.version = Objects.requireNonNull(version, "version");
      return this;
    }

    /** Adds modes; at least one is required. */
    public Builder modes(Mode... modes) {
      Collections.addAll(this.modes, modes);
      return this;
    }

    /** Adds QoS levels. */
    public Builder qos(Qos... levels) {
      Collections.addAll(qos, levels);
      return this;
    }

    /** Adds capabilities. */
    public Builder capabilities(String... capabilities) {
      Collections.addAll(this.capabilities, capabilities);
      return this;
    }

    /** Sets the schema; required. */
    public Builder schema(ConfigurationSchema schema) {
      this.schema = Objects.requireNonNull(schema, "schema");
      return this;
    }

    /** The type; the builder may be used on. */
    public EndpointType build() {
      return new EndpointType(this);
    }
  }
}
