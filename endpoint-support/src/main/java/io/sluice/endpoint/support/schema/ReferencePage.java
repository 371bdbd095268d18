/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** The reference page of an endpoint type: its properties as Markdown tables, a section each. */
public final class ReferencePage {

  private final StringBuilder page = new StringBuilder();

  private ReferencePage() {}

  /**
   * The page of a type; the same text for the same type. The version is left out, so that a release
   * alone does not change it.
   *
   * @throws IllegalArgumentException if the type's schema is none
   */
  public static String markdown(EndpointType type) {
    ReferencePage writer = new ReferencePage();
    writer.introduction(type);
    writer.properties(EndpointSchema.of(type.schema()).properties());
    return writer.page.toString();
  }

  private void introduction(EndpointType type) {
    line("# " + type.title());
    line("");
    if (!type.description().isEmpty()) {
      line(type.description());
      line("");
    }
    line("- Type: " + code(type.name()));
    line("- Modes: " + type.modes().stream().map(Mode::name).sorted().collect(codes()));
    if (!type.qos().isEmpty()) {
      line("- QoS: " + type.qos().stream().map(Qos::name).collect(codes()));
    }
    if (!type.capabilities().isEmpty()) {
      line("- Capabilities: " + type.capabilities().stream().sorted().collect(codes()));
    }
    line("");
    line("## Properties");
    line("");
    line(
        "Keys are written dotted (`a.b = c`) or nested (`\"a\": {\"b\": c}`). In `a.*.b` the star"
            + " stands for the index of a list's entry, from 0. Secrets are never shown again.");
  }

  private void properties(List<SchemaProperty> properties) {
    Map<String, SchemaProperty> sections = new LinkedHashMap<>();
    Map<String, List<SchemaProperty>> rows = new LinkedHashMap<>();
    rows.put("", new ArrayList<>());
    for (SchemaProperty property : properties) {
      if (property.isSection()) {
        sections.put(property.key(), property);
      } else {
        rows.computeIfAbsent(section(property, sections), key -> new ArrayList<>()).add(property);
      }
    }
    rows.forEach((key, list) -> section(sections.get(key), list));
  }

  /** The nearest section around a property; entries of a list stay with their list. */
  private static String section(SchemaProperty property, Map<String, SchemaProperty> sections) {
    String key = property.key();
    while (key.contains(".")) {
      key = key.substring(0, key.lastIndexOf('.'));
      if (sections.containsKey(key) && !key.contains("*")) {
        return key;
      }
    }
    return "";
  }

  private void section(SchemaProperty section, List<SchemaProperty> properties) {
    if (properties.isEmpty()) {
      return;
    }
    if (section != null) {
      line("");
      line("### " + section.title() + " (" + code(section.key()) + ")");
      String text = String.join(" ", sentences(section));
      if (!text.isEmpty()) {
        line("");
        line(text);
      }
    }
    line("");
    line("| Property | Type | Default | Description |");
    line("| --- | --- | --- | --- |");
    properties.forEach(this::row);
  }

  private void row(SchemaProperty property) {
    List<String> description = new ArrayList<>();
    description.add("**" + property.title() + ".**");
    description.addAll(sentences(property));
    line(
        "| "
            + String.join(
                " | ",
                code(property.key()) + (property.required() ? " \\*" : ""),
                cell(type(property)),
                cell(defaults(property)),
                cell(String.join(" ", description)))
            + " |");
  }

  private static List<String> sentences(SchemaProperty property) {
    List<String> sentences = new ArrayList<>();
    if (!property.description().isEmpty()) {
      sentences.add(property.description());
    }
    if (property.required()) {
      sentences.add("Required.");
    }
    property.requiredWhen().forEach(when -> sentences.add("Required " + when + "."));
    property.usedWhen().forEach(when -> sentences.add("Used " + when + "."));
    if (property.secret()) {
      sentences.add("Secret.");
    } else if (!property.examples().isEmpty()) {
      String examples =
          property.examples().stream().map(ReferencePage::value).collect(Collectors.joining(", "));
      sentences.add((property.examples().size() == 1 ? "Example: " : "Examples: ") + examples);
    }
    return sentences;
  }

  private static String type(SchemaProperty property) {
    String name = property.type().name().toLowerCase(Locale.ROOT);
    String type = property.freeForm() ? "map" : property.list() ? "list of " + name : name;
    String choices =
        property.choices().stream().map(ReferencePage::value).collect(Collectors.joining(", "));
    List<String> details = new ArrayList<>();
    details.add(choices);
    details.add(property.constraint());
    details.add(property.pattern().map(pattern -> "pattern " + code(pattern)).orElse(""));
    details.removeIf(String::isEmpty);
    return details.isEmpty() ? type : type + ": " + String.join(", ", details);
  }

  private static String defaults(SchemaProperty property) {
    List<String> defaults = new ArrayList<>();
    property.defaultValue().map(ReferencePage::value).ifPresent(defaults::add);
    property
        .conditionalDefaults()
        .forEach((when, value) -> defaults.add(value(value) + " " + when));
    return String.join("; ", defaults);
  }

  private static String value(Object value) {
    return code(Wording.text(JsonCodec.encode(value)));
  }

  private static String code(String text) {
    if (text.isEmpty()) {
      return "empty";
    }
    return text.contains("`") ? "`` " + text + " ``" : "`" + text + "`";
  }

  private static Collector<String, ?, String> codes() {
    return Collectors.mapping(ReferencePage::code, Collectors.joining(", "));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\s+", " ");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
