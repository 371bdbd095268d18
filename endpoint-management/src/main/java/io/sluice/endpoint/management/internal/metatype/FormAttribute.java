/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.metatype;

import io.sluice.endpoint.support.schema.MetatypeForm;
import org.osgi.service.metatype.AttributeDefinition;

/** One field of a form in the terms of Metatype, where null says that there is nothing. */
final class FormAttribute implements AttributeDefinition {

  private final MetatypeForm.Attribute attribute;

  FormAttribute(MetatypeForm.Attribute attribute) {
    this.attribute = attribute;
  }

  boolean isRequired() {
    return attribute.required();
  }

  @Override
  public String getName() {
    return attribute.name();
  }

  @Override
  public String getID() {
    return attribute.id();
  }

  @Override
  public String getDescription() {
    return attribute.description();
  }

  @Override
  public int getCardinality() {
    return attribute.cardinality();
  }

  @Override
  public int getType() {
    return attribute.type().code();
  }

  @Override
  public String[] getOptionValues() {
    return attribute.options().isEmpty() ? null : attribute.options().toArray(new String[0]);
  }

  @Override
  public String[] getOptionLabels() {
    return getOptionValues();
  }

  /** Not here: the schema validates the configuration as a whole. */
  @Override
  public String validate(String value) {
    return null;
  }

  @Override
  public String[] getDefaultValue() {
    return attribute.defaultValue().isEmpty()
        ? null
        : attribute.defaultValue().toArray(new String[0]);
  }
}
