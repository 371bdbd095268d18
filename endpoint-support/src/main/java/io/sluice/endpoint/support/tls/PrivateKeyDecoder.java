/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Decodes a private key in one of the forms that PEM files hold: PKCS#8 plain or encrypted, PKCS#1
 * (RSA) and SEC 1 (EC).
 */
final class PrivateKeyDecoder {

  private static final Der VERSION_0 = Der.of(Der.INTEGER, new byte[1]);

  /** 1.2.840.113549.1.1.1 and its empty parameters. */
  private static final Der RSA =
      Der.sequence(
          Der.of(
              Der.OBJECT_ID, new byte[] {42, (byte) 134, 72, (byte) 134, (byte) 247, 13, 1, 1, 1}),
          Der.of(0x05, new byte[0]));

  /** 1.2.840.10045.2.1. */
  private static final Der EC =
      Der.of(Der.OBJECT_ID, new byte[] {42, (byte) 134, 72, (byte) 206, 61, 2, 1});

  private static final int EC_PARAMETERS = 0xa0;

  /** The JDK finds the factories of other kinds by object identifier. */
  private static final Map<String, String> NAMES =
      Map.of("1.2.840.113549.1.1.1", "RSA", "1.2.840.10045.2.1", "EC");

  private PrivateKeyDecoder() {}

  /**
   * Decodes a key.
   *
   * @param password of an encrypted key; null if there is none
   * @throws GeneralSecurityException if the block is no key, of an unknown kind, or the password is
   *     missing or wrong. Its message holds neither password nor key
   */
  static PrivateKey decode(PemBlock block, char[] password) throws GeneralSecurityException {
    switch (block.label()) {
      case "PRIVATE KEY":
        return fromPkcs8(block.der());
      case "RSA PRIVATE KEY":
        return fromPkcs8(wrap(RSA, block.der()));
      case "EC PRIVATE KEY":
        return fromPkcs8(wrap(Der.sequence(EC, curve(block.der())), block.der()));
      case "ENCRYPTED PRIVATE KEY":
        return fromPkcs8(decrypt(block.der(), password));
      default:
        throw new InvalidKeyException("a key in the form '" + block.label() + "' is not supported");
    }
  }

  private static PrivateKey fromPkcs8(byte[] der) throws GeneralSecurityException {
    String objectId = Der.parse(der).element(1).element(0).objectId();
    KeyFactory factory = KeyFactory.getInstance(NAMES.getOrDefault(objectId, objectId));
    return factory.generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] wrap(Der algorithm, byte[] key) {
    return Der.sequence(VERSION_0, algorithm, Der.of(Der.OCTET_STRING, key)).encoded();
  }

  private static Der curve(byte[] sec1) throws InvalidKeyException {
    for (Der element : Der.parse(sec1).elements()) {
      if (element.tag() == EC_PARAMETERS) {
        return element.element(0);
      }
    }
    throw new InvalidKeyException("an EC key does not name its curve");
  }

  private static byte[] decrypt(byte[] der, char[] password) throws GeneralSecurityException {
    if (password == null) {
      throw new InvalidKeyException("the key is encrypted and no password is configured for it");
    }
    PBEKeySpec passwordSpec = new PBEKeySpec(password);
    try {
      EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
      String algorithm = algorithm(encrypted);
      SecretKey secret = SecretKeyFactory.getInstance(algorithm).generateSecret(passwordSpec);
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, secret, encrypted.getAlgParameters());
      return encrypted.getKeySpec(cipher).getEncoded();
    } catch (IOException e) {
      throw new InvalidKeyException(
          "the encrypted key is malformed or in an unknown encryption; one that is known is written"
              + " by 'openssl pkcs8 -topk8 -v2 aes-256-cbc'",
          e);
    } finally {
      passwordSpec.clearPassword();
    }
  }

  /** For PBES2 the JDK tells the algorithm, such as PBEWithHmacSHA256AndAES_256, here alone. */
  private static String algorithm(EncryptedPrivateKeyInfo encrypted) {
    AlgorithmParameters parameters = encrypted.getAlgParameters();
    boolean pbes2 = parameters != null && parameters.getAlgorithm().contains("PBES2");
    return pbes2 ? parameters.toString() : encrypted.getAlgName();
  }
}
