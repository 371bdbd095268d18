/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nests one raw configuration against a schema. Every dotted key is followed through the places of
 * the schema; a draft of the tree grows on the way, and is frozen at the end. One run, one thread.
 */
final class TreeResolver {

  private static final int LAST_INDEX = 99_999;

  private final SchemaNode root;
  private final UnknownKeys unknownKeys;
  private final Findings findings;
  private final ValueReader reader;
  private final Map<String, String> writers = new LinkedHashMap<>();

  /** A list in the making, its entries by index. */
  private record ListDraft(Map<String, Object> entries) {}

  TreeResolver(SchemaNode root, UnknownKeys unknownKeys, Findings findings) {
    this.root = root;
    this.unknownKeys = unknownKeys;
    this.findings = findings;
    this.reader = new ValueReader(findings);
  }

  /** The tree of what the schema knows, immutable; what does not fit goes to the findings. */
  Map<String, Object> resolve(Map<?, ?> raw) {
    Map<String, Object> draft = new LinkedHashMap<>();
    raw.forEach((key, value) -> place(root, Location.ROOT, draft, text(key), value, text(key)));
    return freeze(draft, Location.ROOT);
  }

  /** Puts a value where a dotted key, relative to an object, says. */
  private void place(
      SchemaNode node,
      Location at,
      Map<String, Object> target,
      String key,
      Object value,
      String writer) {
    if (value == null) {
      return;
    }
    String name = leadingProperty(node, key);
    if (name == null && node.child(key) == null) {
      unknownKeys.report(node, at, key, findings);
    } else if (name == null || name.equals(key)) {
      assign(node.child(key), at.child(key), target, key, value, writer);
    } else {
      String rest = key.substring(name.length() + 1);
      descend(node.child(name), at.child(name), target, name, rest, value, writer);
    }
  }

  /** The longest property that a key is or begins with, or null. */
  private static String leadingProperty(SchemaNode node, String key) {
    String longest = null;
    for (String name : node.properties().keySet()) {
      boolean leads = key.startsWith(name) && isPart(key, name.length());
      if (leads && (longest == null || name.length() > longest.length())) {
        longest = name;
      }
    }
    boolean verbatim = longest != null && node.isFreeForm() && !isNesting(node.child(longest));
    return verbatim && !longest.equals(key) ? null : longest;
  }

  private static boolean isNesting(SchemaNode node) {
    return node.isObject() || node.isList();
  }

  private static boolean isPart(String key, int end) {
    return key.length() == end || key.charAt(end) == '.';
  }

  private void descend(
      SchemaNode node,
      Location at,
      Map<String, Object> target,
      String name,
      String rest,
      Object value,
      String writer) {
    if (node.isList() && isIndexed(rest)) {
      if (claim(at, target, name, writer, ListDraft.class)) {
        entry(node, at, (ListDraft) target.get(name), rest, value, writer);
      }
    } else if (node.isObject()) {
      if (claim(at, target, name, writer, Map.class)) {
        place(node, at, members(target, name), rest, value, writer);
      }
    } else {
      String why = node.isList() ? "' is a list" : "' has no keys of its own";
      findings.add(at.descendant(rest), "unknown key; '" + at.key() + why);
    }
  }

  private void entry(
      SchemaNode list, Location at, ListDraft draft, String rest, Object value, String writer) {
    int dot = rest.indexOf('.');
    String index = canonicalIndex(dot < 0 ? rest : rest.substring(0, dot));
    if (Integer.parseInt(index) > LAST_INDEX) {
      findings.add(at.child(index), "index must be at most " + LAST_INDEX);
    } else if (dot < 0) {
      assign(list.items(), at.child(index), draft.entries(), index, value, writer);
    } else {
      String below = rest.substring(dot + 1);
      descend(list.items(), at.child(index), draft.entries(), index, below, value, writer);
    }
  }

  private void assign(
      SchemaNode node,
      Location at,
      Map<String, Object> target,
      String name,
      Object value,
      String writer) {
    Object read = value == null ? null : reader.read(node, at, value);
    if (read instanceof Map<?, ?> map && node.isObject()) {
      if (claim(at, target, name, writer, Map.class)) {
        map.forEach(
            (key, member) ->
                place(node, at, members(target, name), text(key), member, writer + "." + key));
      }
    } else if (read instanceof Map<?, ?> map && isIndexed(node, map)) {
      map.forEach(
          (key, item) -> descend(node, at, target, name, text(key), item, writer + "." + key));
    } else if (read instanceof List<?> list && node.isList()) {
      if (isFree(at, target, name, writer)) {
        target.put(name, new ListDraft(items(node, at, list, writer)));
      }
    } else if (read != null && isFree(at, target, name, writer)) {
      target.put(name, read);
    }
  }

  private Map<String, Object> items(SchemaNode node, Location at, List<?> list, String writer) {
    Map<String, Object> entries = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      String index = String.valueOf(i);
      Location place = at.child(index);
      assign(node.items(), place, entries, index, list.get(i), writer + "." + i);
      // A null, or what could not be read, keeps its place in the list.
      entries.putIfAbsent(index, null);
    }
    return entries;
  }

  /** Makes sure that an object or list is being drafted at a place; a value there is in the way. */
  private boolean claim(
      Location at, Map<String, Object> target, String name, String writer, Class<?> draft) {
    if (draft.isInstance(target.get(name))) {
      return isOpen(at, target, name, writer);
    }
    if (!isFree(at, target, name, writer)) {
      return false;
    }
    target.put(
        name,
        draft == Map.class ? new LinkedHashMap<String, Object>() : new ListDraft(new TreeMap<>()));
    return true;
  }

  /** A list that was given as a whole takes no further entries by index. */
  private boolean isOpen(Location at, Map<String, Object> target, String name, String writer) {
    boolean whole =
        target.get(name) instanceof ListDraft list && !(list.entries() instanceof TreeMap);
    if (whole) {
      reportTwice(at, writer);
    }
    return !whole;
  }

  private boolean isFree(Location at, Map<String, Object> target, String name, String writer) {
    if (target.containsKey(name)) {
      reportTwice(at, writer);
      return false;
    }
    writers.putIfAbsent(at.pointer(), writer);
    return true;
  }

  private void reportTwice(Location at, String writer) {
    String first = writers.getOrDefault(at.pointer(), at.key());
    List<String> keys = new ArrayList<>(List.of(first, writer));
    Collections.sort(keys);
    boolean alike = first.equals(writer);
    if (!findings.isSettled(at.pointer())) {
      String how = alike ? "" : ", as '" + keys.get(0) + "' and as '" + keys.get(1) + "'";
      findings.add(at, "is given twice" + how);
    }
  }

  private Map<String, Object> freeze(Map<String, Object> draft, Location at) {
    Map<String, Object> frozen = new LinkedHashMap<>();
    draft.forEach((name, value) -> frozen.put(name, freeze(value, at.child(name))));
    return Collections.unmodifiableMap(frozen);
  }

  private Object freeze(Object draft, Location at) {
    if (draft instanceof ListDraft list) {
      return freezeList(list, at);
    }
    return draft instanceof Map<?, ?> map ? freeze(asMembers(map), at) : draft;
  }

  private List<Object> freezeList(ListDraft draft, Location at) {
    List<Integer> indexes =
        draft.entries().keySet().stream().map(Integer::valueOf).sorted().toList();
    List<Object> items = new ArrayList<>(indexes.size());
    for (int index : indexes) {
      String gap = at.child(String.valueOf(items.size())).pointer();
      if (index > items.size() && !findings.isSettled(gap)) {
        findings.add(at, "has an entry " + index + " but no entry " + items.size());
      }
      String name = String.valueOf(index);
      items.add(freeze(draft.entries().get(name), at.child(name)));
    }
    return Collections.unmodifiableList(items);
  }

  private static boolean isIndexed(SchemaNode node, Map<?, ?> map) {
    return node.isList()
        && !map.isEmpty()
        && map.keySet().stream().allMatch(key -> isIndexed(text(key)));
  }

  private static boolean isIndexed(String key) {
    return key.matches("\\d{1,9}(\\..*)?");
  }

  private static String canonicalIndex(String digits) {
    return String.valueOf(Integer.parseInt(digits));
  }

  private static String text(Object key) {
    return String.valueOf(key);
  }

  private static Map<String, Object> members(Map<String, Object> target, String name) {
    return asMembers((Map<?, ?>) target.get(name));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMembers(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }
}
