/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.metatype;

import io.sluice.endpoint.support.schema.MetatypeForm;
import io.sluice.endpoint.support.schema.MetatypeForm.Attribute;
import io.sluice.endpoint.support.schema.MetatypeForm.Type;
import java.util.List;
import java.util.Optional;

/** The fields of the runtime's own keys, which every form has. */
final class RuntimeAttributes {

  static final List<Attribute> ALL =
      List.of(
          text("name", "Name", "Unique in the host. Default: what follows ~ in the PID."),
          text("version", "Version", "Which versions of the bundle may serve it, such as [1.2,2)."),
          text("group", "Group", "The group whose keys it shares; its own keys win."),
          number("drain", "Drain time", "Time to finish when it is replaced, in ms.", "5000", "0"),
          number(
              "redeliveryDelay", "Redelivery delay", "Pause before a redelivery, in ms.", "0", "0"),
          number("maxDeliveries", "Deliveries", "Limit a message, -1 for none.", "-1", "-1"),
          number(
              "callTimeout",
              "Call timeout",
              "How long the bundle may take to create, start or stop the endpoint, and how long"
                  + " calls wait for a bundle that is not there, in ms.",
              "30000",
              "100"));

  private RuntimeAttributes() {}

  private static Attribute text(String key, String name, String description) {
    return attribute(key, name, description, Type.STRING, List.of(), Optional.empty());
  }

  private static Attribute number(
      String key, String name, String description, String value, String minimum) {
    return attribute(key, name, description, Type.LONG, List.of(value), Optional.of(minimum));
  }

  private static Attribute attribute(
      String key,
      String name,
      String description,
      Type type,
      List<String> defaultValue,
      Optional<String> minimum) {
    return new MetatypeForm.Attribute(
        key, name, description, type, 0, defaultValue, List.of(), false, minimum, Optional.empty());
  }
}
