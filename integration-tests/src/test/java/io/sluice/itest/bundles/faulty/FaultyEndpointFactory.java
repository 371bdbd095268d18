/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.bundles.faulty;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.annotation.ProvideEndpoint;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Makes endpoints that fail in the way that a header of the bundle's manifest says. */
@ProvideEndpoint("faulty")
@Component(property = "endpoint.type=faulty")
public final class FaultyEndpointFactory implements EndpointFactory {

  /** The header with a {@link Fault}; without it there is none. */
  public static final String FAULT_HEADER = "X-Fault";

  /** Ways to fail. */
  public enum Fault {
    NONE,
    CREATE_THROWS,
    CREATE_HANGS,
    START_THROWS,
    START_FAILS,
    START_HANGS
  }

  private final Fault fault;
  private final String version;

  @Activate
  public FaultyEndpointFactory(BundleContext context) {
    String header = context.getBundle().getHeaders().get(FAULT_HEADER);
    fault = header == null ? Fault.NONE : Fault.valueOf(header);
    version = context.getBundle().getVersion().toString();
  }

  @Override
  public EndpointType type() {
    return EndpointType.builder("faulty")
        .version(version)
        .modes(Mode.EXCHANGE)
        .schema(ConfigurationSchema.of("{\"type\": \"object\"}"))
        .build();
  }

  @Override
  public Endpoint create(EndpointConfiguration configuration) throws ConfigurationException {
    if (fault == Fault.CREATE_THROWS) {
      throw new IllegalStateException("create fails on purpose");
    }
    if (fault == Fault.CREATE_HANGS) {
      hang();
    }
    return new FaultyEndpoint(configuration.name(), fault, version);
  }

  /** Until the runtime loses patience. */
  static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("hung on purpose", e);
    }
  }
}
