package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.Map;

/**
 * A configuration schema, parsed once: what a type's configuration may hold, and every view of it.
 *
 * <p>A <em>tree</em> is a configuration as nested {@code Map<String, Object>}s and {@code List}s of
 * {@code String}, {@code Boolean}, {@code Long} and {@code Double}. Immutable, safe for use by many
 * threads.
 */
public final class EndpointSchema {

  private EndpointSchema() {}

  /**
   * Parses a schema.
   *
   * @throws IllegalArgumentException if the text is no JSON Schema of an object, or a recursive one
   */
  public static EndpointSchema of(ConfigurationSchema text) {
    throw new UnsupportedOperationException();
  }

  /**
   * The schema in {@code META-INF/sluice/<type>.schema.json} beside a class.
   *
   * @param owner a class of the bundle that holds the resource; its class loader is asked
   * @throws IllegalArgumentException if there is no such resource, or no schema in it
   */
  public static EndpointSchema ofResource(Class<?> owner, String type) {
    throw new UnsupportedOperationException();
  }

  /** The schema's text. */
  public ConfigurationSchema text() {
    throw new UnsupportedOperationException();
  }

  /**
   * Nests a configuration as the schema says. Idempotent: a tree resolves to itself.
   *
   * @param raw nested maps, flat dotted keys, or a mixture; null values count as not set
   * @return the known part as a tree, and what could not be placed; never throws for any content
   */
  public Resolution resolve(Map<String, ?> raw) {
    throw new UnsupportedOperationException();
  }

  /** Merges two trees field by field: objects deeply; of lists and values the winner's is taken. */
  public Map<String, Object> merge(Map<String, Object> base, Map<String, Object> winner) {
    throw new UnsupportedOperationException();
  }

  /** The tree with the schema's defaults filled in, those of the branches that apply included. */
  public Map<String, Object> withDefaults(Map<String, Object> tree) {
    throw new UnsupportedOperationException();
  }

  /**
   * Every way in which a tree (with the defaults filled in) does not fit, sorted by pointer. No
   * message holds the value of a secret.
   */
  public List<Violation> validate(Map<String, Object> tree) {
    throw new UnsupportedOperationException();
  }

  /**
   * Resolves, fills in defaults and validates: what a factory's {@code create} calls.
   *
   * @throws ConfigurationException with every violation at once
   */
  public Settings settings(EndpointConfiguration configuration) throws ConfigurationException {
    throw new UnsupportedOperationException();
  }

  /** The tree to show: secrets, and whatever the schema does not know, read {@code ***}. */
  public Map<String, Object> masked(Map<String, Object> tree) {
    throw new UnsupportedOperationException();
  }

  /** Every property, flattened, in the order of the schema. */
  public List<SchemaProperty> properties() {
    throw new UnsupportedOperationException();
  }
}
