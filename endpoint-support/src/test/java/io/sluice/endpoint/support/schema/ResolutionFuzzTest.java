/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Random trees and random garbage. Each failure names its seed; {@code -Dsluice.seed=N} runs that
 * one alone.
 */
class ResolutionFuzzTest {

  private static final int RUNS = 200;

  @Test
  void aTreeSurvivesBeingFlattened(TestReporter reporter) {
    forEachSeed(
        reporter,
        random -> {
          Map<String, Object> tree = new RandomTree(random).broker();
          Map<String, Object> flat = new Flattening(random).of(tree);

          Resolution resolution = SCHEMA.resolve(flat);

          assertThat(resolution.violations()).as("%s", flat).isEmpty();
          assertThat(resolution.tree()).as("%s", flat).isEqualTo(tree);
          assertThat(SCHEMA.resolve(resolution.tree()).tree()).isEqualTo(tree);
        });
  }

  @Test
  void garbageGivesViolationsAndNeverAnError(TestReporter reporter) {
    forEachSeed(
        reporter,
        random -> {
          Map<String, Object> garbage = new Garbage(random).map(3);

          Resolution resolution = SCHEMA.resolve(garbage);
          List<Violation> violations = SCHEMA.validate(resolution.tree());

          // serverHost may be there by chance, but no garbage has a role switched on and right.
          assertThat(resolution.violations().size() + violations.size())
              .as("%s", garbage)
              .isPositive();
          assertThat(SCHEMA.masked(resolution.tree()).keySet())
              .isEqualTo(resolution.tree().keySet());
          assertThat(SCHEMA.resolve(resolution.tree()).tree().keySet())
              .isEqualTo(resolution.tree().keySet());
          assertThat(resolution.violations()).extracting(Violation::pointer).isSorted();
        });
  }

  private static void forEachSeed(TestReporter reporter, Consumer<Random> property) {
    Long only = Long.getLong("sluice.seed");
    long first = only == null ? System.nanoTime() : only;
    reporter.publishEntry("first seed", String.valueOf(first));
    for (long seed = first; seed < first + (only == null ? RUNS : 1); seed++) {
      try {
        property.accept(new Random(seed));
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** A tree in its resolved form. */
  private record RandomTree(Random random) {

    Map<String, Object> broker() {
      Map<String, Object> tree = new LinkedHashMap<>();
      maybe(tree, "serverHost", this::text);
      maybe(tree, "serverPort", () -> (long) random.nextInt(65536));
      maybe(tree, "ratio", () -> random.nextBoolean() ? (Object) 1L : random.nextDouble());
      maybe(tree, "addresses", () -> list(this::word));
      maybe(tree, "ports", () -> list(() -> random.nextLong()));
      maybe(tree, "headers", () -> list(this::header));
      maybe(tree, "security", this::security);
      maybe(tree, "producer", this::producer);
      maybe(tree, "properties", this::properties);
      return tree;
    }

    private Map<String, Object> header() {
      Map<String, Object> header = new LinkedHashMap<>();
      header.put("name", text());
      maybe(header, "value", this::text);
      return header;
    }

    private Map<String, Object> security() {
      Map<String, Object> auth = new LinkedHashMap<>();
      auth.put("username", text());
      maybe(auth, "password", this::text);
      Map<String, Object> trustStore = new LinkedHashMap<>();
      trustStore.put("type", "PEM");
      maybe(trustStore, "certificates", this::text);
      return Map.of("auth", auth, "ssl", Map.of("enabled", true, "trustStore", trustStore));
    }

    private Map<String, Object> producer() {
      Map<String, Object> producer = new LinkedHashMap<>();
      producer.put("enabled", random.nextBoolean());
      maybe(producer, "topics", () -> list(this::word));
      return producer;
    }

    private Map<String, Object> properties() {
      Map<String, Object> properties = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        properties.put(word() + "." + word(), random.nextBoolean() ? text() : (Object) 5L);
      }
      return properties;
    }

    private void maybe(Map<String, Object> map, String key, Supplier<?> value) {
      if (random.nextInt(3) > 0) {
        map.put(key, value.get());
      }
    }

    private List<Object> list(Supplier<?> item) {
      List<Object> list = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        list.add(item.get());
      }
      return list;
    }

    private String word() {
      return random
          .ints(1 + random.nextInt(6), 'a', 'z' + 1)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }

    /** Text with all that might be taken for syntax. */
    private String text() {
      List<String> parts =
          List.of("a", ".", ",", " ", "{", "[1]", "\"", "\\", "true", "5", "\n", "é");
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      return text.toString();
    }
  }

  /** Writes a tree as an operator may: dotted, nested, in JSON, lists in any of their forms. */
  private record Flattening(Random random) {

    Map<String, Object> of(Map<String, Object> tree) {
      Map<String, Object> flat = new LinkedHashMap<>();
      tree.forEach((key, value) -> add(flat, key, value));
      return flat;
    }

    private void add(Map<String, Object> flat, String key, Object value) {
      if (value instanceof Map<?, ?> map && random.nextInt(3) > 0) {
        map.forEach((name, member) -> add(flat, key + "." + name, member));
      } else if (value instanceof List<?> list) {
        addList(flat, key, list);
      } else if (value instanceof Map<?, ?>) {
        flat.put(key, random.nextBoolean() ? value : JsonCodec.encode(value).toString());
      } else {
        // A number is told from text by the schema, but in a free-form map by its own type.
        boolean typed = key.startsWith("properties.") || random.nextBoolean();
        flat.put(key, typed ? value : String.valueOf(value));
      }
    }

    private void addList(Map<String, Object> flat, String key, List<?> list) {
      boolean objects = list.get(0) instanceof Map<?, ?>;
      switch (random.nextInt(objects ? 3 : 5)) {
        case 0 -> flat.put(key, list);
        case 1 -> flat.put(key, JsonCodec.encode(list).toString());
        case 2 -> {
          for (int i = list.size() - 1; i >= 0; i--) {
            add(flat, key + "." + i, list.get(i));
          }
        }
        case 3 -> flat.put(key, list.stream().map(String::valueOf).toArray(String[]::new));
        default -> flat.put(key, String.join(" , ", list.stream().map(String::valueOf).toList()));
      }
    }
  }

  /** Anything under any key. */
  private record Garbage(Random random) {

    private static final List<String> KEYS =
        List.of(
            "serverHost",
            "serverPort",
            "addresses",
            "ports",
            "headers",
            "headers.0",
            "name",
            "headers.0.name",
            "headers.7",
            "security",
            "security.auth",
            "auth",
            "password",
            "security.ssl.trustStore",
            "type",
            "ssl",
            "0",
            "1",
            "producer",
            "enabled",
            "topics",
            "transport",
            "kind",
            "properties",
            "properties.a.b",
            "arguments",
            "",
            ".",
            "..",
            "a.",
            ".a",
            "*",
            "a/b",
            "~",
            "headers.-1",
            "headers.999999999999",
            "$[env:x]",
            "kïnd",
            "\u0000");

    Map<String, Object> map(int depth) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        map.put(key(), value(depth));
      }
      return map;
    }

    private String key() {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      return random.nextInt(4) == 0 ? key + "." + KEYS.get(random.nextInt(KEYS.size())) : key;
    }

    private Object value(int depth) {
      return switch (random.nextInt(depth > 0 ? 18 : 14)) {
        case 0 -> null;
        case 1 -> "";
        case 2 -> "[";
        case 3 -> "{\"a\": [1, {\"b\": null}]}";
        case 4 -> "[1e999999999, null, {}, [[]]]";
        case 5 -> "$[secret:x]";
        case 6 -> Double.NaN;
        case 7 -> BigInteger.TEN.pow(30);
        case 8 -> new BigDecimal("1e-99999");
        case 9 -> Instant.EPOCH;
        case 10 -> new Object();
        case 11 -> new byte[] {1, -1};
        case 12 -> random.nextBoolean() ? "websocket" : "1,2";
        case 13 -> random.nextInt();
        case 14 -> Arrays.asList(value(depth - 1), null, value(depth - 1));
        case 15 -> new Object[] {value(depth - 1), value(depth - 1)};
        default -> map(depth - 1);
      };
    }
  }
}
