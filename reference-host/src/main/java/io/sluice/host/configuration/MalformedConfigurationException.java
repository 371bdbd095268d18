/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

/** A file that cannot be read as a configuration; the message names line and column. */
final class MalformedConfigurationException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedConfigurationException(String message) {
    super(message);
  }
}
