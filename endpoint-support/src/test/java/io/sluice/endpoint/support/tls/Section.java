/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.support.schema.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds a {@code security.ssl} section for a test. */
final class Section {

  private final Map<String, Object> tree = new LinkedHashMap<>();

  static Section empty() {
    return new Section();
  }

  /** A section that trusts the test authority. */
  static Section trusting() {
    return empty().trustStore("PEM", "certificates", TestKeys.pemCertificate("ca"));
  }

  Section with(String key, Object value) {
    tree.put(key, value instanceof String[] texts ? List.of(texts) : value);
    return this;
  }

  Section trustStore(String type, Object... keysAndValues) {
    return store("trustStore", type, keysAndValues);
  }

  Section keyStore(String type, Object... keysAndValues) {
    return store("keyStore", type, keysAndValues);
  }

  private Section store(String name, String type, Object... keysAndValues) {
    Map<String, Object> store = new LinkedHashMap<>();
    store.put("type", type);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      store.put((String) keysAndValues[i], value instanceof Path ? value.toString() : value);
    }
    tree.put(name, store);
    return this;
  }

  /** A context that looks at its files at each handshake. */
  TlsContext context() {
    return context(Duration.ZERO);
  }

  TlsContext context(Duration lookPeriod) {
    return TlsContext.of("orders", TlsSettings.of(Settings.of(tree)), lookPeriod);
  }

  /** A context as endpoints have it. */
  TlsContext contextWithDefaultPeriod() {
    return TlsContext.of("orders", TlsSettings.of(Settings.of(tree)));
  }
}
