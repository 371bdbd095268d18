/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import io.sluice.endpoint.runtime.EndpointRuntime;

/**
 * The PID that a file's name stands for: {@code pid.json} for a singleton, {@code
 * factoryPid~name.cfg} for a factory.
 *
 * @param factoryPid null for a singleton
 * @param name the name within the factory, or the PID of a singleton
 */
record ConfigurationPid(String factoryPid, String name) {

  static ConfigurationPid ofFile(String fileName) {
    String stem = fileName.substring(0, fileName.lastIndexOf('.'));
    int tilde = stem.indexOf('~');
    return tilde > 0
        ? new ConfigurationPid(stem.substring(0, tilde), stem.substring(tilde + 1))
        : new ConfigurationPid(null, stem);
  }

  boolean isFactory() {
    return factoryPid != null;
  }

  /** Whether it configures something of the runtime. */
  boolean concernsRuntime() {
    return hasStatus() || isFactory() && factoryPid.equals(EndpointRuntime.GROUP_FACTORY_PID);
  }

  /** Whether it configures an endpoint or a pipe, whose status shows what is wrong. */
  boolean hasStatus() {
    return isFactory()
        && (factoryPid.equals(EndpointRuntime.ENDPOINT_FACTORY_PID)
            || factoryPid.startsWith(EndpointRuntime.ENDPOINT_FACTORY_PID + ".")
            || factoryPid.equals(EndpointRuntime.PIPE_FACTORY_PID));
  }

  @Override
  public String toString() {
    return isFactory() ? factoryPid + "~" + name : name;
  }
}
