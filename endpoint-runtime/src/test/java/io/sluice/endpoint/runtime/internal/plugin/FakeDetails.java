/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.plugin;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/** Details in a map of the plugin's own class. */
final class FakeDetails extends AbstractMap<String, Object> {

  private final Map<String, Object> details;

  FakeDetails(Map<String, Object> details) {
    this.details = details;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return details.entrySet();
  }
}
