/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the launcher decides about the HTTP face.
 *
 * @param address the address to listen on
 * @param port the port to listen on; 0 picks one
 * @param maxBody the largest body of a published message, in bytes
 * @param allowedHosts names by which the host may be called beside its own, in lower case
 * @param heartbeat how often an idle stream shows that it is alive
 */
record HttpSettings(
    String address, int port, long maxBody, Set<String> allowedHosts, Duration heartbeat) {

  static final String ADDRESS = "sluice.http.address";
  static final String PORT = "sluice.http.port";
  static final String MAX_BODY = "sluice.http.maxBody";
  static final String ALLOWED_HOSTS = "sluice.http.allowedHosts";

  /** The settings that framework properties hold, with defaults for what is missing. */
  static HttpSettings of(UnaryOperator<String> property) {
    return new HttpSettings(
        text(property, ADDRESS, "127.0.0.1"),
        Integer.parseInt(text(property, PORT, "8080")),
        Long.parseLong(text(property, MAX_BODY, "1048576")),
        Arrays.stream(text(property, ALLOWED_HOSTS, "").split(","))
            .map(host -> host.trim().toLowerCase(Locale.ROOT))
            .filter(host -> !host.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        Duration.ofSeconds(15));
  }

  HttpSettings withPort(int newPort) {
    return new HttpSettings(address, newPort, maxBody, allowedHosts, heartbeat);
  }

  private static String text(UnaryOperator<String> property, String key, String otherwise) {
    String value = property.apply(key);
    return value == null || value.isBlank() ? otherwise : value.trim();
  }
}
