/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a RabbitMQ node has at its first start.
 *
 * @param users passwords by name; each user may do everything in each virtual host
 * @param virtualHosts their names
 */
record RabbitDefinitions(Map<String, String> users, Set<String> virtualHosts) {

  private static final String ALL = ".*";

  RabbitDefinitions {
    users = Map.copyOf(users);
    virtualHosts = Set.copyOf(virtualHosts);
  }

  /** The definitions in RabbitMQ's own format. */
  String json() {
    return new Gson()
        .toJson(
            Map.of(
                "users", users.entrySet().stream().map(RabbitDefinitions::user).toList(),
                "vhosts", virtualHosts.stream().map(name -> Map.of("name", name)).toList(),
                "permissions", permissions()));
  }

  private static Map<String, String> user(Map.Entry<String, String> user) {
    return Map.of("name", user.getKey(), "password", user.getValue(), "tags", "");
  }

  private List<Map<String, String>> permissions() {
    return users.keySet().stream().flatMap(this::permissions).toList();
  }

  private Stream<Map<String, String>> permissions(String user) {
    return virtualHosts.stream()
        .map(
            name ->
                Map.of("user", user, "vhost", name, "configure", ALL, "write", ALL, "read", ALL));
  }
}
