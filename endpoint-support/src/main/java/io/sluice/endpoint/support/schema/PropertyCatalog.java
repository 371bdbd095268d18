/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.sluice.endpoint.support.schema.SchemaProperty.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Lists the properties of a schema, each with all that is said about it anywhere. */
final class PropertyCatalog {

  private final List<SchemaProperty> properties = new ArrayList<>();

  private PropertyCatalog() {}

  /**
   * The properties below a root.
   *
   * @param defaults what an empty configuration holds: which sections are always there
   */
  static List<SchemaProperty> of(SchemaNode root, Map<String, Object> defaults) {
    PropertyCatalog catalog = new PropertyCatalog();
    catalog.addChildren(root, defaults);
    return List.copyOf(catalog.properties);
  }

  /** Adds what lies in an object; {@code present} is what it holds by default, or null. */
  private void addChildren(SchemaNode node, Map<?, ?> present) {
    node.properties()
        .forEach(
            (name, child) -> {
              properties.add(property(node, name, child, present != null));
              addBelow(child, present == null ? null : present.get(name));
            });
  }

  private void addBelow(SchemaNode node, Object present) {
    if (node.isObject()) {
      addChildren(node, present instanceof Map<?, ?> map ? map : null);
    }
    Stream.of(node.items(), node.entries())
        .filter(Objects::nonNull)
        .filter(SchemaNode::isObject)
        .forEach(entry -> addChildren(entry, null));
  }

  private static SchemaProperty property(
      SchemaNode parent, String name, SchemaNode node, boolean always) {
    boolean demanded = parent.requiredIn(Set.of()).contains(name);
    SchemaNode value = valueOf(node);
    Optional<JsonElement> defaultValue = node.defaultIn(Set.of());
    boolean entry = node.key().contains("*");
    return new SchemaProperty(
        node.key(),
        node.keyword("title").map(Wording::text).orElse(name),
        node.keyword("description").map(Wording::text).orElse(""),
        type(value),
        node.isList(),
        node.isFreeForm() && node.properties().isEmpty(),
        node.isSecret() || value.isSecret(),
        demanded && always && defaultValue.isEmpty(),
        requiredWhen(parent, name, demanded && !always),
        usedWhen(node),
        defaultValue.filter(d -> always || entry).map(JsonCodec::decode),
        conditionalDefaults(node, always || entry ? null : parent),
        choices(value),
        values(node, "examples"),
        number(value, "minimum"),
        number(value, "maximum"),
        pattern(value),
        constraint(node, value));
  }

  private static SchemaNode valueOf(SchemaNode node) {
    return node.isList() && node.types().isEmpty() ? node.items() : node;
  }

  private static Type type(SchemaNode value) {
    return value.types().stream().findFirst().orElse(Type.STRING);
  }

  private static List<String> requiredWhen(SchemaNode parent, String name, boolean whenParent) {
    Stream<String> branches =
        parent.fragments().stream()
            .filter(fragment -> fragment.when() != null)
            .filter(fragment -> fragment.required().contains(name))
            .flatMap(fragment -> phrase(fragment, parent.properties().get(name)).stream());
    Stream<String> given =
        whenParent && !parent.key().endsWith("*")
            ? Stream.of(whenGiven(parent))
            : whenParent ? Stream.of("in each entry") : Stream.empty();
    return Stream.concat(given, branches).distinct().toList();
  }

  private static String whenGiven(SchemaNode section) {
    return "when " + section.key() + " is given";
  }

  /** Nothing when the property is named outside of every branch. */
  private static List<String> usedWhen(SchemaNode node) {
    List<Fragment> naming = node.fragments().stream().filter(f -> !f.forbids()).toList();
    return naming.stream().anyMatch(fragment -> fragment.when() == null)
        ? List.of()
        : naming.stream().flatMap(f -> phrase(f, node).stream()).distinct().toList();
  }

  /** Nothing for a property that tells branches apart: what depends on it does not define it. */
  private static Optional<String> phrase(Fragment fragment, SchemaNode node) {
    return fragment
        .when()
        .phrase()
        .filter(phrase -> node == null || !phrase.contains(" " + node.key() + " is "));
  }

  /** With the unconditional one, when the section that it belongs to need not be there. */
  private static Map<String, Object> conditionalDefaults(SchemaNode node, SchemaNode optional) {
    Map<String, Object> defaults = new LinkedHashMap<>();
    if (optional != null) {
      node.defaultIn(Set.of())
          .ifPresent(value -> defaults.put(whenGiven(optional), JsonCodec.decode(value)));
    }
    for (Fragment fragment : node.fragments()) {
      JsonElement value = fragment.schema().get("default");
      if (value != null && fragment.when() != null) {
        defaults.put(phrase(fragment, node).orElse("otherwise"), JsonCodec.decode(value));
      }
    }
    return Collections.unmodifiableMap(defaults);
  }

  private static List<Object> values(SchemaNode node, String keyword) {
    return node.keyword(keyword)
        .map(JsonElement::getAsJsonArray)
        .map(array -> array.asList().stream().map(JsonCodec::decode).toList())
        .orElse(List.of());
  }

  /** The values of {@code enum}, or those by which branches are told apart. */
  private static List<Object> choices(SchemaNode node) {
    boolean discriminator =
        node.fragments().stream().allMatch(f -> f.when() != null && f.schema().has("const"));
    return discriminator
        ? node.fragments().stream().map(f -> JsonCodec.decode(f.schema().get("const"))).toList()
        : values(node, "enum");
  }

  private static Optional<Number> number(SchemaNode node, String keyword) {
    return node.keyword(keyword)
        .filter(JsonPrimitive.class::isInstance)
        .map(JsonCodec::decode)
        .map(Number.class::cast);
  }

  private static Optional<String> pattern(SchemaNode value) {
    return value.fragments().stream()
        .filter(fragment -> fragment.keyword("errorMessage").isEmpty())
        .flatMap(fragment -> fragment.keyword("pattern").stream())
        .map(Wording::text)
        .findFirst();
  }

  private static String constraint(SchemaNode node, SchemaNode value) {
    return Stream.of(node, value)
        .distinct()
        .flatMap(place -> place.fragments().stream())
        .map(Fragment::schema)
        .map(Wording::constraint)
        .filter(text -> !text.isEmpty())
        .distinct()
        .reduce((first, second) -> first + ", " + second)
        .orElse("");
  }
}
