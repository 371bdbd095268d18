/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Header;
import io.sluice.endpoint.Headers;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Translates between Jetty's fields and the API's headers, names and values untouched. */
final class FieldMapping {

  private FieldMapping() {}

  /**
   * Fields as headers, in order.
   *
   * @param fields may be null
   */
  static Headers toHeaders(HttpFields fields) {
    if (fields == null) {
      return Headers.empty();
    }
    Headers.Builder headers = Headers.builder();
    for (HttpField field : fields) {
      headers.add(field.getName(), field.getValue() == null ? "" : field.getValue());
    }
    return headers.build();
  }

  /** Headers as fields, in order. */
  static HttpFields.Mutable toFields(Headers headers) {
    HttpFields.Mutable fields = HttpFields.build();
    for (Header header : headers) {
      fields.add(header.name(), header.text());
    }
    return fields;
  }
}
