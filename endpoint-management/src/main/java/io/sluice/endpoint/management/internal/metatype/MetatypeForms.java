/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.metatype;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.management.internal.registration.ServiceRegistrations;
import io.sluice.endpoint.runtime.RuntimeListener;
import io.sluice.endpoint.support.schema.MetatypeForm;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.MetaTypeProvider;
import org.osgi.service.metatype.MetaTypeService;

/**
 * Registers a form for each type, that of its highest version. The reference keeps this class from
 * being loaded in a host without Metatype, whose API is imported optionally.
 */
@Component(reference = @Reference(name = "metatype", service = MetaTypeService.class))
public final class MetatypeForms implements RuntimeListener {

  private final ServiceRegistrations<EndpointType> forms = new ServiceRegistrations<>();
  private final BundleContext context;
  private Map<String, EndpointType> shown = Map.of();

  /** Called by the component runtime. */
  @Activate
  public MetatypeForms(BundleContext context) {
    this.context = context;
  }

  /** Called by the component runtime. */
  @Deactivate
  public void deactivate() {
    forms.close();
  }

  @Override
  public void typesChanged(List<EndpointType> types) {
    Map<String, EndpointType> highest = new HashMap<>();
    types.forEach(type -> highest.put(type.name(), type));
    shown.forEach(
        (name, type) -> {
          if (highest.get(name) != type) {
            forms.unregister(type);
          }
        });
    highest.values().forEach(type -> forms.register(type, () -> register(type)));
    shown = highest;
  }

  private ServiceRegistration<?> register(EndpointType type) {
    MetatypeForm form = MetatypeForm.of(type);
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(MetaTypeProvider.METATYPE_FACTORY_PID, form.id());
    return context.registerService(MetaTypeProvider.class, new FormProvider(form), properties);
  }
}
