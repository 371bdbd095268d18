/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The schema that these tests share, with every construct that Sluice's schemas use. */
final class BrokerSchema {

  static final EndpointSchema SCHEMA = EndpointSchema.ofResource(BrokerSchema.class, "broker");

  static final EndpointType TYPE =
      EndpointType.builder("broker")
          .title("Broker")
          .description("A broker for tests.")
          .modes(Mode.CONSUME, Mode.PUBLISH)
          .qos(Qos.AUTO, Qos.AT_LEAST_ONCE)
          .capabilities(EndpointType.RESUME)
          .schema(SCHEMA.text())
          .build();

  /** How the violation of a placeholder without a value ends. */
  static final String FOR_TEXT = "; for the text itself, begin it with $\\[";

  private BrokerSchema() {}

  /** A configuration without mistakes, to be spoilt by the given keys and values. */
  static Map<String, Object> valid(Object... changes) {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("serverHost", "broker.example");
    raw.put("producer.enabled", "true");
    raw.put("producer.topics", "a, b");
    raw.putAll(map(changes));
    return raw;
  }

  static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  static Map<String, Object> resolved(Map<String, ?> raw) {
    return SCHEMA.resolve(raw).tree();
  }

  /** What a factory's {@code create} says about a configuration, as {@code /pointer: message}. */
  static List<String> violations(Map<String, ?> raw) {
    return violations(SCHEMA, raw);
  }

  static List<String> violations(EndpointSchema schema, Map<String, ?> raw) {
    try {
      schema.settings(EndpointConfiguration.of("test", raw));
      return List.of();
    } catch (ConfigurationException e) {
      return e.violations().stream().map(Violation::toString).toList();
    }
  }

  static EndpointSchema schema(String json) {
    return EndpointSchema.of(ConfigurationSchema.of(json.replace('\'', '"')));
  }
}
