/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a consumer is in its group: a static member, so that the consumer that replaces it at an
 * update takes its place without a rebalance (KIP-345). Immutable.
 *
 * @param id of the group
 * @param instanceId what makes the member static; empty for a dynamic one
 * @param configured whether the configuration names the instance; then it keeps its place also when
 *     the endpoint is stopped for good
 * @param protocol of the group: {@code classic}, or {@code consumer} (KIP-848)
 * @param number tells apart the consumers of an endpoint in a group that consume the same
 */
record GroupMember(
    String id, Optional<String> instanceId, boolean configured, String protocol, int number) {

  static final String CLASSIC = "classic";

  /** The same in every class loader of this process, and in no other process. */
  private static final String PROCESS =
      host()
          + ProcessHandle.current().pid()
          + ProcessHandle.current().info().startInstant().map(Instant::toString).orElse("");

  /**
   * The member of an instance that the configuration names.
   *
   * @param number tells apart the consumers of the instance that consume the same
   */
  static GroupMember configured(String id, String protocol, String instance, int number) {
    return new GroupMember(id, Optional.of(instance + "-" + number), true, protocol, number);
  }

  /**
   * The member that is made out for a consumer: the next version of its bundle in this process
   * makes out the same one, if it consumes the same.
   *
   * @param subscription what it consumes: a member with another subscription has to be another one
   * @param number tells apart the consumers of an endpoint in a group that consume the same
   */
  static GroupMember of(
      String id, String protocol, String endpoint, String subscription, int number) {
    String seed = PROCESS + "|" + endpoint + "|" + subscription;
    UUID member = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8));
    return new GroupMember(
        id, Optional.of("sluice-" + member + "-" + number), false, protocol, number);
  }

  /** A member whose place no other can take. */
  GroupMember dynamic() {
    return new GroupMember(id, Optional.empty(), false, protocol, number);
  }

  /** Whether the members assign the partitions, and not the broker. */
  boolean isClassic() {
    return protocol.equals(CLASSIC);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }
}
