/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.framework;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.schema.EndpointSchema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A factory of endpoints without a backend of their own. */
public final class ScriptedFactory implements EndpointFactory {

  private static final EndpointType TYPE =
      EndpointType.builder("scripted")
          .title("Scripted")
          .modes(Mode.CONSUME, Mode.PUBLISH)
          .qos(Qos.values())
          .schema(
              ConfigurationSchema.of(
                  """
                  {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "topic": {"type": "string"},
                      "security": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                          "user": {"type": "string"},
                          "password": {"type": "string", "format": "password"}
                        }
                      },
                      "producer": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                          "maxInFlight": {"type": "integer", "minimum": 1, "default": 1024}
                        }
                      }
                    },
                    "required": ["topic"]
                  }
                  """))
          .build();

  private final ScriptedBroker broker;
  private final EndpointSchema schema = EndpointSchema.of(TYPE.schema());

  /** The endpoints made so far. */
  public final List<ScriptedEndpoint> made = new CopyOnWriteArrayList<>();

  /** A factory whose endpoints have a broker of their own. */
  public ScriptedFactory() {
    this(new ScriptedBroker());
  }

  /** A factory whose endpoints talk to a broker. */
  public ScriptedFactory(ScriptedBroker broker) {
    this.broker = broker;
  }

  @Override
  public EndpointType type() {
    return TYPE;
  }

  /** An endpoint that is not started, on a topic of its name. */
  public ScriptedEndpoint endpoint(String name) {
    return new ScriptedEndpoint(
        name, schema.settings(EndpointConfiguration.of(name, Map.of("topic", name))), broker);
  }

  @Override
  public Endpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    ScriptedEndpoint endpoint =
        new ScriptedEndpoint(configuration.name(), schema.settings(configuration), broker);
    made.add(endpoint);
    return endpoint;
  }
}
