/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks up host names; may wait for as long as the system's resolver does. */
@FunctionalInterface
public interface AddressResolver {

  /** The resolver of the system. */
  AddressResolver SYSTEM = InetAddress::getAllByName;

  /**
   * All addresses of a host.
   *
   * @param host a name, or an address without brackets, not null
   * @return at least one address
   * @throws UnknownHostException if it has none
   */
  InetAddress[] addresses(String host) throws UnknownHostException;
}
