/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
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

  private final ConfigurationSchema text;
  private final SchemaDocument document;
  private final SchemaNode root;
  private final SchemaValidator validator;
  private final Defaults defaults;
  private final UnknownKeys unknownKeys;
  private final List<SchemaProperty> properties;

  private EndpointSchema(ConfigurationSchema text) {
    this.text = text;
    document = new SchemaDocument(JsonCodec.parse(text.json()));
    validator = new SchemaValidator(document);
    root = SchemaCompiler.compile(document);
    defaults = new Defaults(root, validator);
    unknownKeys = new UnknownKeys(root);
    properties = PropertyCatalog.of(root, defaults.fillIn(Map.of()));
  }

  /**
   * Parses a schema.
   *
   * @throws IllegalArgumentException if the text is no JSON Schema of an object, or a recursive one
   */
  public static EndpointSchema of(ConfigurationSchema text) {
    return new EndpointSchema(text);
  }

  /**
   * The schema in {@code META-INF/sluice/<type>.schema.json} beside a class.
   *
   * @param owner a class of the bundle that holds the resource; its class loader is asked
   * @throws IllegalArgumentException if there is no such resource, or no schema in it
   */
  public static EndpointSchema ofResource(Class<?> owner, String type) {
    String name = "/META-INF/sluice/" + type + ".schema.json";
    try (InputStream resource = owner.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalArgumentException("no " + name + " beside " + owner.getName());
      }
      byte[] json = resource.readAllBytes();
      return of(ConfigurationSchema.of(new String(json, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** The schema's text. */
  public ConfigurationSchema text() {
    return text;
  }

  /**
   * Nests a configuration as the schema says. Idempotent: a tree resolves to itself.
   *
   * @param raw nested maps, flat dotted keys, or a mixture; null values count as not set
   * @return the known part as a tree, and what could not be placed; never throws for any content
   */
  public Resolution resolve(Map<String, ?> raw) {
    Findings findings = new Findings();
    Map<String, Object> tree = resolve(raw, findings);
    return new Resolution(tree, findings);
  }

  /** Merges two trees field by field: objects deeply; of lists and values the winner's is taken. */
  public Map<String, Object> merge(Map<String, Object> base, Map<String, Object> winner) {
    return Collections.unmodifiableMap(merged(base, winner));
  }

  /** The tree with the schema's defaults filled in, those of the branches that apply included. */
  public Map<String, Object> withDefaults(Map<String, Object> tree) {
    return defaults.fillIn(tree);
  }

  /**
   * Every way in which a tree, once defaults are filled in, does not fit; sorted by pointer. No
   * message holds the value of a secret.
   *
   * @param origins the resolutions that the tree was made of: what their violations explain is not
   *     told again
   */
  public List<Violation> validate(Map<String, Object> tree, Resolution... origins) {
    Findings findings = Findings.after(origins);
    unknownKeys.report(tree, findings);
    validate(withDefaults(tree), findings);
    return findings.sorted();
  }

  /**
   * Resolves, fills in defaults and validates: what a factory's {@code create} calls. An escaped
   * placeholder, {@code $\[env:NAME]}, becomes the text that it stands for.
   *
   * @throws ConfigurationException with every violation at once
   */
  public Settings settings(EndpointConfiguration configuration) throws ConfigurationException {
    Findings findings = new Findings();
    Map<String, Object> tree = withDefaults(resolve(configuration.properties(), findings));
    validate(tree, findings);
    List<Violation> violations = findings.sorted();
    if (!violations.isEmpty()) {
      throw new ConfigurationException(configuration.name(), violations);
    }
    return Settings.of(Placeholders.unescaped(tree));
  }

  /** The tree to show: secrets, and all that the schema does not know, read {@code ***}. */
  public Map<String, Object> masked(Map<String, Object> tree) {
    return Masking.mask(root, tree);
  }

  /** Every property, flattened, sections included, in the order of the schema. */
  public List<SchemaProperty> properties() {
    return properties;
  }

  @Override
  public String toString() {
    return "EndpointSchema[" + properties.size() + " properties]";
  }

  private Map<String, Object> resolve(Map<String, ?> raw, Findings findings) {
    return new TreeResolver(root, unknownKeys, findings).resolve(raw);
  }

  private void validate(Map<String, Object> escaped, Findings findings) {
    Map<String, Object> tree = Placeholders.unescaped(escaped);
    new Diagnosis(new Subject(document, root, tree), findings).report(validator.errors(tree));
  }

  private static Map<String, Object> merged(Map<?, ?> base, Map<?, ?> winner) {
    Map<String, Object> merged = new LinkedHashMap<>();
    base.forEach((key, value) -> merged.put(String.valueOf(key), value));
    winner.forEach(
        (key, value) ->
            merged.merge(
                String.valueOf(key),
                value,
                (mine, theirs) ->
                    mine instanceof Map<?, ?> a && theirs instanceof Map<?, ?> b
                        ? Collections.unmodifiableMap(merged(a, b))
                        : theirs));
    return merged;
  }
}
