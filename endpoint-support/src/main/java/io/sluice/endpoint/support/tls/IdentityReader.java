/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the keys by which an endpoint identifies itself, with their certificate chains, from a
 * store of any format. The outcome is a store in memory, whose keys have {@link #PASSWORD}.
 */
final class IdentityReader {

  /** Protects nothing: the store never leaves the memory. */
  static final char[] PASSWORD = {};

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private IdentityReader() {}

  /**
   * Reads the keys.
   *
   * @throws EndpointException naming property and file, if there is no usable key
   */
  static KeyStore read(StoreSettings settings) {
    try {
      return settings.type() == StoreSettings.Type.PEM ? pem(settings) : binary(settings);
    } catch (GeneralSecurityException e) {
      throw settings.content().unusable("holds no usable key: " + e.getMessage(), e);
    }
  }

  private static KeyStore binary(StoreSettings settings) throws GeneralSecurityException {
    KeyStore source = StoreReader.binary(settings);
    KeyStore identity = StoreReader.empty();
    for (String alias : aliases(settings, source)) {
      Key key = key(settings, source, alias);
      identity.setKeyEntry(alias, key, PASSWORD, source.getCertificateChain(alias));
    }
    return identity;
  }

  private static List<String> aliases(StoreSettings settings, KeyStore source)
      throws GeneralSecurityException {
    List<String> keys = Collections.list(source.aliases());
    for (String alias : List.copyOf(keys)) {
      if (!source.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
        keys.remove(alias);
      }
    }
    if (keys.isEmpty()) {
      throw settings.content().unusable("holds no private key", null);
    }
    Optional<String> wanted = settings.alias();
    if (wanted.isEmpty()) {
      return keys;
    }
    if (!source.entryInstanceOf(wanted.get(), KeyStore.PrivateKeyEntry.class)) {
      throw settings
          .content()
          .unusable(
              "holds no key '" + wanted.get() + "' (" + settings.key() + ".alias), but " + keys,
              null);
    }
    return List.of(wanted.get());
  }

  private static Key key(StoreSettings settings, KeyStore source, String alias)
      throws GeneralSecurityException {
    try {
      return source.getKey(alias, settings.keyPassword());
    } catch (UnrecoverableKeyException e) {
      throw settings
          .content()
          .unusable(
              "holds key '" + alias + "', which " + settings.key() + ".keyPassword does not open",
              e);
    }
  }

  private static KeyStore pem(StoreSettings settings) throws GeneralSecurityException {
    StoreContent content = settings.content();
    PrivateKey key = pemKey(settings);
    StoreContent chainContent = settings.certificateChain().orElse(content);
    Certificate[] chain = chain(chainContent);
    if (chain.length == 0) {
      throw chainContent.unusable(
          "holds no certificate for the key; set " + settings.key() + ".certificateChain", null);
    }
    if (!belongTogether(key, chain[0].getPublicKey())) {
      throw chainContent.unusable(
          "begins with a certificate that does not belong to the key of " + content, null);
    }
    KeyStore identity = StoreReader.empty();
    identity.setKeyEntry("key", key, PASSWORD, chain);
    return identity;
  }

  private static PrivateKey pemKey(StoreSettings settings) {
    StoreContent content = settings.content();
    List<PemBlock> keys =
        StoreReader.blocks(content).stream().filter(PemBlock::isPrivateKey).toList();
    if (keys.size() != 1) {
      throw content.unusable("holds " + keys.size() + " private keys instead of one", null);
    }
    try {
      return PrivateKeyDecoder.decode(keys.get(0), settings.keyPassword());
    } catch (GeneralSecurityException e) {
      throw content.unusable(
          "holds a private key that cannot be read; check "
              + settings.key()
              + ".keyPassword: "
              + e.getMessage(),
          e);
    }
  }

  private static Certificate[] chain(StoreContent content) {
    try {
      return StoreReader.certificates(content).toArray(new X509Certificate[0]);
    } catch (GeneralSecurityException e) {
      throw content.unusable("holds a malformed certificate: " + e.getMessage(), e);
    }
  }

  /** Signs and verifies: works for every kind of key, unlike a comparison of their numbers. */
  private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null) {
      return key.getAlgorithm().equals(publicKey.getAlgorithm());
    }
    byte[] text = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // The public key is of another kind, or does not fit the signature's size.
      return false;
    }
  }
}
