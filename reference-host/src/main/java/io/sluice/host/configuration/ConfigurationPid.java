/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import io.sluice.endpoint.runtime.EndpointRuntime;

/**
 * The PID that a file's name stands for: {@code pid.json} for a singleton, {@code
 * factoryPid~name.cfg} for a factory. What configures something of the runtime may have a hyphen
 * for the tilde, as other hosts' agents know it.
 *
 * @param factoryPid null for a singleton
 * @param name the name within the factory, or the PID of a singleton
 */
record ConfigurationPid(String factoryPid, String name) {

  static ConfigurationPid ofFile(String fileName) {
    String stem = fileName.substring(0, fileName.lastIndexOf('.'));
    int tilde = stem.indexOf('~');
    int hyphen = stem.indexOf('-');
    if (tilde > 0) {
      return divided(stem, tilde);
    }
    return hyphen > 0 && isOfRuntime(stem.substring(0, hyphen))
        ? divided(stem, hyphen)
        : new ConfigurationPid(null, stem);
  }

  private static ConfigurationPid divided(String stem, int end) {
    return new ConfigurationPid(stem.substring(0, end), stem.substring(end + 1));
  }

  boolean isFactory() {
    return factoryPid != null;
  }

  /** Whether it configures an endpoint, a group or a pipe, whose status shows what is wrong. */
  boolean concernsRuntime() {
    return isOfRuntime(isFactory() ? factoryPid : name);
  }

  private static boolean isOfRuntime(String pid) {
    return pid.equals(EndpointRuntime.ENDPOINT_FACTORY_PID)
        || pid.startsWith(EndpointRuntime.ENDPOINT_FACTORY_PID + ".")
        || pid.equals(EndpointRuntime.GROUP_FACTORY_PID)
        || pid.equals(EndpointRuntime.PIPE_FACTORY_PID);
  }

  @Override
  public String toString() {
    return isFactory() ? factoryPid + "~" + name : name;
  }
}
