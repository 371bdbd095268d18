/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against keys as OpenSSL writes them. */
class PrivateKeyDecoderTest {

  private static final char[] PASSWORD = "secret".toCharArray();

  @ParameterizedTest
  @ValueSource(strings = {"rsa-pkcs1.pem", "rsa-pkcs8.pem", "rsa-pkcs8-encrypted-pbes1.pem"})
  void everyFormOfAnRsaKeyGivesTheSameKey(String file) throws Exception {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) decode(file, PASSWORD);

    assertThat(key.getModulus().bitLength()).isEqualTo(2048);
    assertThat(key).isEqualTo(decode("rsa-pkcs8.pem", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec-sec1.pem", "ec-pkcs8-encrypted.pem"})
  void everyFormOfAnEcKeyGivesTheSameKey(String file) throws Exception {
    ECPrivateKey key = (ECPrivateKey) decode(file, PASSWORD);

    assertThat(key.getS().toString(16))
        .isEqualTo("c09ef5d9e3d5939005c7a51ec6650d5056805f622098db55c3390f348889b6ad");
    assertThat(key.getParams().getCurve().getField().getFieldSize()).isEqualTo(256);
  }

  @Test
  void edwardsCurveKeysAreRead() throws Exception {
    assertThat(decode("ed25519-pkcs8.pem", null).getAlgorithm()).isEqualTo("EdDSA");
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(() -> decode("ec-pkcs8-encrypted.pem", "wrong".toCharArray()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aMissingPasswordIsNamed() {
    assertThatThrownBy(() -> decode("ec-pkcs8-encrypted.pem", null))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("encrypted and no password");
  }

  @Test
  void anUnknownEncryptionIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> decode("ec-pkcs8-scrypt.pem", PASSWORD))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("openssl pkcs8 -topk8 -v2");
  }

  @Test
  void theOldEncryptionIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> decode("rsa-pkcs1-encrypted.pem", PASSWORD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @Test
  void brokenKeysAreRefused() {
    byte[] key = TestKeys.key("client").getEncoded();
    for (int length : new int[] {0, 1, 2, 3, 30, key.length - 1}) {
      String text = TestKeys.pem("PRIVATE KEY", Arrays.copyOf(key, length));
      PemBlock block = PemBlock.parse(text).get(0);
      assertThatThrownBy(() -> PrivateKeyDecoder.decode(block, null))
          .as("cut to %d bytes", length)
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  private static PrivateKey decode(String file, char[] password) throws GeneralSecurityException {
    PemBlock block =
        PemBlock.parse(TestKeys.resource(file)).stream()
            .filter(PemBlock::isPrivateKey)
            .findFirst()
            .orElseThrow();
    return PrivateKeyDecoder.decode(block, password);
  }
}
