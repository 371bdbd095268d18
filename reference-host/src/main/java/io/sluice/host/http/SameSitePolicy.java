/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.HostPort;

/**
 * Decides whether a request comes from this machine's user or from a web page that has no business
 * here. A page of another site betrays itself by its Origin or Sec-Fetch-Site, and one that has its
 * own name resolve to this machine by its Host. Immutable.
 */
final class SameSitePolicy {

  private static final Pattern ADDRESS =
      Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\]?");

  private final Set<String> allowedHosts;

  /**
   * A policy.
   *
   * @param allowedHosts names by which the host may be called beside its own, each with or without
   *     a port, in lower case
   */
  SameSitePolicy(Set<String> allowedHosts) {
    this.allowedHosts = Set.copyOf(allowedHosts);
  }

  /**
   * Why a request is refused; empty if it is not.
   *
   * @param authority host and port that the client asked for; may be null
   * @param local the address that the client is connected to
   * @param origins the Origin fields
   * @param fetchSite the Sec-Fetch-Site field; may be null
   */
  Optional<String> refusal(
      String authority, InetSocketAddress local, List<String> origins, String fetchSite) {
    if (authority == null || !isOwn(authority.toLowerCase(Locale.ROOT), local)) {
      return Optional.of(
          "the host name '" + authority + "' is not one of this host; --allow-host admits it");
    }
    for (String origin : origins) {
      if (!isSameOrigin(origin, authority)) {
        return Optional.of("requests of the origin '" + origin + "' are not answered");
      }
    }
    if (fetchSite != null && !fetchSite.equals("same-origin") && !fetchSite.equals("none")) {
      return Optional.of(
          "requests of another site are not answered (Sec-Fetch-Site: " + fetchSite + ")");
    }
    return Optional.empty();
  }

  private boolean isOwn(String authority, InetSocketAddress local) {
    HostPort hostPort = hostPort(authority);
    if (hostPort == null) {
      return false;
    }
    String host = hostPort.getHost();
    if (allowedHosts.contains(host) || allowedHosts.contains(authority)) {
      return true;
    }
    return hostPort.getPort(80) == local.getPort() && (isLoopback(host) || isAddress(host, local));
  }

  private static HostPort hostPort(String authority) {
    try {
      return new HostPort(authority);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  private static boolean isAddress(String host, InetSocketAddress local) {
    return literal(host).filter(local.getAddress()::equals).isPresent();
  }

  /** The address that a literal stands for: names are not looked up, as anyone can own one. */
  private static Optional<InetAddress> literal(String host) {
    if (!ADDRESS.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isSameOrigin(String origin, String authority) {
    int scheme = origin.indexOf("://");
    return scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(authority);
  }
}
