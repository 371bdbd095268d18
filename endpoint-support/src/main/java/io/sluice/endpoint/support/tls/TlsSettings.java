/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.support.schema.Settings;
import java.util.List;

/**
 * The {@code security.ssl} section of a configuration, read and typed. Does not touch the files
 * that it names. Immutable.
 */
public final class TlsSettings {

  static final String KEY = "security.ssl";

  private static final TlsSettings DEFAULTS =
      new TlsSettings(true, false, List.of(), List.of(), StoreSettings.NONE, StoreSettings.NONE);

  private final boolean hostnameVerifier;
  private final boolean trustAll;
  private final List<String> protocols;
  private final List<String> cipherSuites;
  private final StoreSettings trustStore;
  private final StoreSettings keyStore;

  private TlsSettings(
      boolean hostnameVerifier,
      boolean trustAll,
      List<String> protocols,
      List<String> cipherSuites,
      StoreSettings trustStore,
      StoreSettings keyStore) {
    this.hostnameVerifier = hostnameVerifier;
    this.trustAll = trustAll;
    this.protocols = List.copyOf(protocols);
    this.cipherSuites = List.copyOf(cipherSuites);
    this.trustStore = trustStore;
    this.keyStore = keyStore;
  }

  /** What holds without any configuration: the JVM's own trust, host names verified, no key. */
  public static TlsSettings defaults() {
    return DEFAULTS;
  }

  /**
   * Reads the section.
   *
   * @param section the section {@code security.ssl} itself, not null
   * @throws EndpointException {@code INVALID_CONFIGURATION} if a store is given both by location
   *     and by content, or by none
   */
  public static TlsSettings of(Settings section) {
    return new TlsSettings(
        section.optionalFlag("hostnameVerifier").orElse(true),
        section.optionalFlag("trustAll").orElse(false),
        section.texts("protocols"),
        section.texts("cipherSuites"),
        section
            .optionalSection("trustStore")
            .map(store -> StoreSettings.trustStore(store, KEY + ".trustStore"))
            .orElse(StoreSettings.NONE),
        section
            .optionalSection("keyStore")
            .map(store -> StoreSettings.keyStore(store, KEY + ".keyStore"))
            .orElse(StoreSettings.NONE));
  }

  /** Whether the backend's certificate must name the host that was connected to. */
  public boolean hostnameVerifier() {
    return hostnameVerifier;
  }

  /** Whether every certificate is trusted, without regard to the trust store. */
  public boolean trustAll() {
    return trustAll;
  }

  /** The enabled protocols, such as {@code TLSv1.3}; empty for the JVM's choice. */
  public List<String> protocols() {
    return protocols;
  }

  /** The enabled cipher suites by their JSSE names; empty for the JVM's choice. */
  public List<String> cipherSuites() {
    return cipherSuites;
  }

  StoreSettings trustStore() {
    return trustStore;
  }

  StoreSettings keyStore() {
    return keyStore;
  }
}
