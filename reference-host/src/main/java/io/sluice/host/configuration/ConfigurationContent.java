/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import java.util.Dictionary;
import java.util.Optional;

/**
 * What a file of a configuration holds.
 *
 * @param properties flat keys
 * @param warning what is likely a mistake, for people
 */
record ConfigurationContent(Dictionary<String, Object> properties, Optional<String> warning) {

  static ConfigurationContent of(Dictionary<String, Object> properties) {
    return new ConfigurationContent(properties, Optional.empty());
  }
}
