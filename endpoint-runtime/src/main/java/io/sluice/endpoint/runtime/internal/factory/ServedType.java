/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.factory;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.runtime.internal.endpoint.FactoryCandidate;
import io.sluice.endpoint.support.schema.EndpointSchema;
import org.osgi.framework.Version;

/**
 * A type that a factory serves, with its schema parsed.
 *
 * @param candidate the factory, to be forgotten when it leaves
 * @param schema not null
 */
public record ServedType(FactoryCandidate candidate, EndpointSchema schema) {

  /**
   * Asks a factory for its type. The version is that of its bundle, not what the factory says: a
   * jar may have been labelled anew.
   *
   * @throws RuntimeException if the factory fails to answer, or not with a usable type
   */
  public static ServedType of(EndpointFactory factory, Version version, long serviceId) {
    EndpointType type = factory.type();
    if (type == null) {
      throw new IllegalStateException("its type is null");
    }
    return new ServedType(
        new FactoryCandidate(factory, labelled(type, version), version, serviceId),
        EndpointSchema.of(type.schema()));
  }

  /** The type, labelled with the version of the factory's bundle. */
  public EndpointType type() {
    return candidate.type();
  }

  private static EndpointType labelled(EndpointType type, Version version) {
    return EndpointType.builder(type.name())
        .title(type.title())
        .description(type.description())
        .version(version.toString())
        .modes(type.modes().toArray(new Mode[0]))
        .qos(type.qos().toArray(new Qos[0]))
        .capabilities(type.capabilities().toArray(new String[0]))
        .schema(type.schema())
        .build();
  }
}
