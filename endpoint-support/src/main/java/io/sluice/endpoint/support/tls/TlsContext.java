/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an endpoint needs to connect by TLS, in the forms that client libraries take. Certificates
 * and keys that come from files are taken up anew, without a restart, by the connections that are
 * made after the files have changed; it takes a second at most until a change is noticed. No thread
 * watches them: the handshakes look.
 *
 * <p>Immutable, apart from the files, and safe for use by many threads.
 */
public final class TlsContext {

  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final TlsSettings settings;
  private final SSLContext context;
  private final KeyManager[] keyManagers;
  private final TrustManager[] trustManagers;

  private TlsContext(String endpoint, TlsSettings settings, Duration lookPeriod)
      throws GeneralSecurityException {
    this.settings = settings;
    keyManagers = keyManagers(endpoint, settings.keyStore(), lookPeriod);
    trustManagers = trustManagers(endpoint, settings, lookPeriod);
    context = SSLContext.getInstance("TLS");
    context.init(keyManagers, trustManagers, null);
    requireSupported("protocols", settings.protocols(), SSLParameters::getProtocols);
    requireSupported("cipherSuites", settings.cipherSuites(), SSLParameters::getCipherSuites);
    if (watchesFiles(settings)) {
      // A resumed session would go on with what the files held when it began.
      context.getClientSessionContext().setSessionTimeout(1);
    }
  }

  /**
   * Reads all certificates and keys, and logs the {@link #warnings()}.
   *
   * @param endpoint the endpoint's name, for the log
   * @param settings not null
   * @throws EndpointException naming property and file: {@code TLS_FAILED}, retryable, for a file
   *     that cannot be used as it is; {@code INVALID_CONFIGURATION} for what the configuration
   *     itself holds
   */
  public static TlsContext of(String endpoint, TlsSettings settings) {
    return of(endpoint, settings, LOOK_INTERVAL);
  }

  static TlsContext of(String endpoint, TlsSettings settings, Duration lookPeriod) {
    try {
      TlsContext context = new TlsContext(endpoint, settings, lookPeriod);
      context.warnings().forEach(warning -> LOG.warn("Endpoint '{}': {}", endpoint, warning));
      return context;
    } catch (GeneralSecurityException e) {
      throw new EndpointException(
          ErrorCode.TLS_FAILED, "this JVM cannot set up TLS: " + e.getMessage(), false, e);
    }
  }

  /**
   * The context, which has the key and trust managers. Protocols, cipher suites and the
   * verification of host names are not part of a context: give each socket or engine the {@link
   * #parameters()}.
   */
  public SSLContext sslContext() {
    return context;
  }

  /** The key managers, for clients that make a context of their own; empty without a key store. */
  public KeyManager[] keyManagers() {
    return keyManagers.clone();
  }

  /** The trust managers, for clients that make a context of their own; never empty. */
  public TrustManager[] trustManagers() {
    return trustManagers.clone();
  }

  /**
   * A new object with protocols, cipher suites and the verification of host names as configured.
   */
  public SSLParameters parameters() {
    SSLParameters parameters = context.getDefaultSSLParameters();
    if (!settings.protocols().isEmpty()) {
      parameters.setProtocols(settings.protocols().toArray(new String[0]));
    }
    if (!settings.cipherSuites().isEmpty()) {
      parameters.setCipherSuites(settings.cipherSuites().toArray(new String[0]));
    }
    parameters.setEndpointIdentificationAlgorithm(verifiesHostname() ? "HTTPS" : null);
    return parameters;
  }

  /** Whether connections must check that the certificate names the host; not under trustAll. */
  public boolean verifiesHostname() {
    return settings.hostnameVerifier() && !settings.trustAll();
  }

  /** What the endpoint's status should warn of; empty for a safe configuration. */
  public List<String> warnings() {
    if (settings.trustAll()) {
      return List.of(
          TlsSettings.KEY
              + ".trustAll is on: every certificate is accepted, so that anyone on the way can pose"
              + " as the backend");
    }
    if (!settings.hostnameVerifier()) {
      return List.of(
          TlsSettings.KEY
              + ".hostnameVerifier is off: a trusted certificate is accepted for any host, so that"
              + " its owner can pose as the backend");
    }
    return List.of();
  }

  private static KeyManager[] keyManagers(String endpoint, StoreSettings store, Duration period) {
    if (store.type() == StoreSettings.Type.NONE) {
      return new KeyManager[0];
    }
    Supplier<ReloadingKeyManager.Generation> reader =
        ReloadingKeyManager.Generation.numbered(() -> keyManager(store));
    return new KeyManager[] {
      new ReloadingKeyManager(new Reloading<>(endpoint, store.files(), period, reader))
    };
  }

  private static X509ExtendedKeyManager keyManager(StoreSettings store) {
    KeyStore identity = IdentityReader.read(store);
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(identity, IdentityReader.PASSWORD);
      return only(X509ExtendedKeyManager.class, factory.getKeyManagers());
    } catch (GeneralSecurityException e) {
      throw store.content().unusable("holds no usable key: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trustManagers(
      String endpoint, TlsSettings settings, Duration period) throws GeneralSecurityException {
    if (settings.trustAll()) {
      return new TrustManager[] {new TrustEverything()};
    }
    StoreSettings store = settings.trustStore();
    if (store.type() == StoreSettings.Type.NONE) {
      return new TrustManager[] {trustManager((KeyStore) null)};
    }
    return new TrustManager[] {
      new ReloadingTrustManager(
          new Reloading<>(endpoint, store.files(), period, () -> trustManager(store)))
    };
  }

  private static X509ExtendedTrustManager trustManager(StoreSettings store) {
    KeyStore trusted = StoreReader.trustStore(store);
    try {
      return trustManager(trusted);
    } catch (GeneralSecurityException e) {
      throw store.content().unusable("holds no usable certificates: " + e.getMessage(), e);
    }
  }

  /** Trusts what the store holds; null stands for the JVM's own store. */
  private static X509ExtendedTrustManager trustManager(KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return only(X509ExtendedTrustManager.class, factory.getTrustManagers());
  }

  private static <M> M only(Class<M> type, Object[] managers) {
    return Stream.of(managers)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JSSE has no " + type.getSimpleName()));
  }

  private static boolean watchesFiles(TlsSettings settings) {
    Stream<Path> files =
        Stream.of(settings.keyStore(), settings.trustStore()).flatMap(s -> s.files().stream());
    return files.findAny().isPresent();
  }

  private void requireSupported(
      String property, List<String> names, Function<SSLParameters, String[]> choices) {
    List<String> supported = Arrays.asList(choices.apply(context.getSupportedSSLParameters()));
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(supported);
    if (!unknown.isEmpty()) {
      throw new EndpointException(
          ErrorCode.INVALID_CONFIGURATION,
          TlsSettings.KEY
              + "."
              + property
              + " names "
              + unknown
              + ", which this JVM does not have; it has "
              + supported);
    }
  }
}
