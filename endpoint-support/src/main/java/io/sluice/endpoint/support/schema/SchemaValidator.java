/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonObject;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.EvaluatorFactory;
import dev.harrel.jsonschema.InvalidSchemaException;
import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.GsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The validator library over one schema, and the only class that knows it. Of the formats it
 * asserts {@code uri} (absolute) and {@code regex} (Java's); the others describe. A keyword of its
 * own, {@code maxBytes}, bounds the length of text in UTF-8. Safe for many threads.
 */
final class SchemaValidator implements Condition.Test {

  private static final URI HOME = URI.create("sluice:/schema");

  private final Validator validator;
  private final URI schema;
  private final Map<String, URI> parts = new ConcurrentHashMap<>();

  /**
   * Registers a schema.
   *
   * @throws IllegalArgumentException if it is none
   */
  SchemaValidator(SchemaDocument document) {
    // Named, not discovered: of the providers that the library knows only Gson's is there.
    validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new GsonNode.Factory())
            .withEvaluatorFactory(keywords())
            .createValidator();
    try {
      schema = validator.registerSchema(HOME, document.root());
    } catch (InvalidSchemaException e) {
      throw new IllegalArgumentException("not a JSON Schema: " + describe(e.getErrors()), e);
    } catch (JsonSchemaException e) {
      throw new IllegalArgumentException("not a JSON Schema: " + e.getMessage(), e);
    }
  }

  /** What the schema finds wrong with a tree. */
  List<Error> errors(Map<String, Object> tree) {
    return validator.validate(schema, JsonCodec.encode(tree)).getErrors();
  }

  @Override
  public boolean accepts(String schemaPointer, Object value) {
    URI part = parts.computeIfAbsent(schemaPointer, this::register);
    return validator.validate(part, JsonCodec.encode(value)).isValid();
  }

  /** A pointer is no URI fragment as it stands, but a {@code $ref} may encode it. */
  private URI register(String pointer) {
    JsonObject reference = new JsonObject();
    String fragment = URLEncoder.encode(pointer, StandardCharsets.UTF_8);
    reference.addProperty("$ref", schema + "#" + fragment);
    return validator.registerSchema(URI.create("sluice:/part?" + fragment), reference);
  }

  private static EvaluatorFactory keywords() {
    return new EvaluatorFactory.Builder()
        .withKeyword("format", SchemaValidator::format)
        .withKeyword("maxBytes", SchemaValidator::maxBytes)
        .build();
  }

  private static Evaluator maxBytes(JsonNode bound) {
    int most = bound.asInteger().intValueExact();
    return text(text -> text.getBytes(StandardCharsets.UTF_8).length <= most, "maxBytes");
  }

  private static Evaluator format(JsonNode name) {
    return switch (name.isString() ? name.asString() : "") {
      case "uri" -> text(SchemaValidator::isAbsoluteUri, "format");
      case "regex" -> text(SchemaValidator::isPattern, "format");
      default -> text(text -> true, "format");
    };
  }

  private static Evaluator text(Predicate<String> accepts, String keyword) {
    return (context, value) ->
        !value.isString() || accepts.test(value.asString())
            ? Evaluator.Result.success()
            : Evaluator.Result.failure(keyword);
  }

  private static boolean isAbsoluteUri(String text) {
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isPattern(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static String describe(List<Error> errors) {
    return errors.stream()
        .map(error -> "#" + error.getInstanceLocation() + " " + error.getError())
        .distinct()
        .limit(10)
        .toList()
        .toString();
  }
}
