/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import com.google.gson.JsonObject;
import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;

/** Makes {@link MemoryEndpoint}s with one bug or, with null, none. */
final class MemoryFactory implements EndpointFactory {

  private final Bug bug;

  MemoryFactory(Bug bug) {
    this.bug = bug;
  }

  /** Whether the type can resume. */
  boolean resumes() {
    return bug != Bug.IGNORES_RESUME;
  }

  @Override
  public EndpointType type() {
    EndpointType.Builder type =
        EndpointType.builder("memory")
            .title("Memory")
            .description(bug == Bug.NO_DESCRIPTION ? "" : "An endpoint of the contract's own tests")
            .version("1.0.0")
            .modes(Mode.values())
            .capabilities(EndpointType.DURABLE)
            .schema(ConfigurationSchema.of(schema()));
    if (bug != Bug.NO_QOS) {
      type.qos(Qos.values());
    }
    return resumes() ? type.capabilities(EndpointType.RESUME).build() : type.build();
  }

  @Override
  public Endpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    if (configuration == null && bug == Bug.ACCEPTS_NULL) {
      return null;
    }
    return new MemoryEndpoint(
        configuration.name(), MemorySettings.of(configuration, bug), resumes(), bug);
  }

  private String schema() {
    JsonObject root = object();
    root.addProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.add("properties", new JsonObject());
    for (String key : MemorySettings.keys()) {
      JsonObject parent = root;
      String name = key;
      if (key.contains(".")) {
        String section = key.substring(0, key.indexOf('.'));
        name = key.substring(key.indexOf('.') + 1);
        JsonObject sections = root.getAsJsonObject("properties");
        if (!sections.has(section)) {
          sections.add(section, described(object(), section));
          sections.getAsJsonObject(section).add("properties", new JsonObject());
        }
        parent = sections.getAsJsonObject(section);
      }
      parent.getAsJsonObject("properties").add(name, property(name));
    }
    return root.toString();
  }

  private JsonObject property(String name) {
    JsonObject property = new JsonObject();
    property.addProperty("type", "string");
    if (name.equals("password") && bug != Bug.UNMARKED_SECRET) {
      property.addProperty("format", "password");
    }
    return name.equals("flood") && bug == Bug.UNDESCRIBED_PROPERTY
        ? property
        : described(property, name);
  }

  private static JsonObject object() {
    JsonObject object = new JsonObject();
    object.addProperty("type", "object");
    return object;
  }

  private static JsonObject described(JsonObject property, String name) {
    property.addProperty("title", name);
    property.addProperty("description", "The " + name + ".");
    return property;
  }
}
