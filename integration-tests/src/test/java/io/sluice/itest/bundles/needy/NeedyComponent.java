/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.bundles.needy;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.annotation.RequireEndpoint;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Lives as long as the mock endpoint is there. */
@RequireEndpoint("mock")
@Component(service = NeedyComponent.class)
public final class NeedyComponent {

  @Activate
  public NeedyComponent(@Reference(target = "(endpoint.type=mock)") EndpointFactory factory) {}
}
