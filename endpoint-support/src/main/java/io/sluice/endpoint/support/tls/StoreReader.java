/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Opens stores of any format as {@link KeyStore}s. */
final class StoreReader {

  private StoreReader() {}

  /**
   * The certificates to trust.
   *
   * @throws EndpointException naming property and file, if there are none or they cannot be read
   */
  static KeyStore trustStore(StoreSettings settings) {
    StoreContent content = settings.content();
    try {
      KeyStore store =
          settings.type() == StoreSettings.Type.PEM
              ? trusting(certificates(content))
              : binary(settings);
      if (store.size() == 0) {
        throw content.unusable(
            "holds no trusted certificate (in a PKCS12 store it needs the mark that"
                + " 'keytool -importcert' sets)",
            null);
      }
      return store;
    } catch (GeneralSecurityException e) {
      throw content.unusable("holds no usable certificates: " + e.getMessage(), e);
    }
  }

  /**
   * A store of JKS or PKCS12.
   *
   * @throws EndpointException naming property and file, if it cannot be opened
   */
  static KeyStore binary(StoreSettings settings) {
    StoreContent content = settings.content();
    byte[] bytes = content.bytes();
    try {
      KeyStore store = KeyStore.getInstance(settings.type().name());
      store.load(new ByteArrayInputStream(bytes), settings.password());
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw content.unusable(
          "cannot be opened as "
              + settings.type()
              + "; check "
              + settings.key()
              + ".type and "
              + settings.key()
              + ".password: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The certificates of PEM text, in order; maybe none.
   *
   * @throws EndpointException naming property and file, if the text cannot be read
   * @throws GeneralSecurityException if a certificate is malformed
   */
  static List<X509Certificate> certificates(StoreContent content) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : blocks(content)) {
      if (block.isCertificate()) {
        ByteArrayInputStream der = new ByteArrayInputStream(block.der());
        certificates.add((X509Certificate) factory.generateCertificate(der));
      }
    }
    return certificates;
  }

  /**
   * The blocks of PEM text.
   *
   * @throws EndpointException naming property and file, if the text cannot be read
   */
  static List<PemBlock> blocks(StoreContent content) {
    try {
      return PemBlock.parse(content.text());
    } catch (IllegalArgumentException e) {
      throw content.unusable(e.getMessage(), e);
    }
  }

  /** An empty store in memory. */
  static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException("an empty store needs no input", e);
    }
  }

  private static KeyStore trusting(List<X509Certificate> certificates)
      throws GeneralSecurityException {
    KeyStore store = empty();
    for (X509Certificate certificate : certificates) {
      store.setCertificateEntry("certificate-" + store.size(), certificate);
    }
    return store;
  }
}
