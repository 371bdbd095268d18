package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.EndpointType;

/** The reference page of an endpoint type: its properties as Markdown tables, a section each. */
public final class ReferencePage {

  private ReferencePage() {}

  /** The page of a type; the same text for the same type. */
  public static String markdown(EndpointType type) {
    throw new UnsupportedOperationException();
  }
}
