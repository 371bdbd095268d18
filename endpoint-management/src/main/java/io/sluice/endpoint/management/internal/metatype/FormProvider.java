/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.metatype;

import io.sluice.endpoint.support.schema.MetatypeForm;
import java.io.InputStream;
import java.util.stream.Stream;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeProvider;
import org.osgi.service.metatype.ObjectClassDefinition;

/** One form in the terms of Metatype: the runtime's own keys, then those of the type. */
final class FormProvider implements MetaTypeProvider, ObjectClassDefinition {

  private final MetatypeForm form;
  private final FormAttribute[] attributes;

  FormProvider(MetatypeForm form) {
    this.form = form;
    this.attributes =
        Stream.concat(RuntimeAttributes.ALL.stream(), form.attributes().stream())
            .map(FormAttribute::new)
            .toArray(FormAttribute[]::new);
  }

  @Override
  public ObjectClassDefinition getObjectClassDefinition(String id, String locale) {
    if (!form.id().equals(id)) {
      throw new IllegalArgumentException("no form of " + id + " here");
    }
    return this;
  }

  /** None: the texts are those of the schema. */
  @Override
  public String[] getLocales() {
    return null;
  }

  @Override
  public String getName() {
    return form.name();
  }

  @Override
  public String getID() {
    return form.id();
  }

  @Override
  public String getDescription() {
    return form.description();
  }

  @Override
  public AttributeDefinition[] getAttributeDefinitions(int filter) {
    return Stream.of(attributes)
        .filter(attribute -> filter == ALL || attribute.isRequired() == (filter == REQUIRED))
        .toArray(AttributeDefinition[]::new);
  }

  /** None. */
  @Override
  public InputStream getIcon(int size) {
    return null;
  }
}
