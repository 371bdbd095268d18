/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import static io.sluice.endpoint.support.tls.TestKeys.KEY_PASSWORD;
import static io.sluice.endpoint.support.tls.TestKeys.PASSWORD;
import static io.sluice.endpoint.support.tls.TestKeys.base64;
import static io.sluice.endpoint.support.tls.TestKeys.pemCertificate;
import static io.sluice.endpoint.support.tls.TestKeys.pemChain;
import static io.sluice.endpoint.support.tls.TestKeys.pemKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be used is named by property and file, and no secret is told. */
class TlsErrorsTest {

  @TempDir Path folder;

  @Test
  void aMissingFileMayAppearLater() {
    Path file = folder.resolve("absent.pem");

    EndpointException error = refused(Section.empty().trustStore("PEM", "location", file));

    assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
    assertThat(error.isRetryable()).isTrue();
    assertThat(error)
        .hasMessageContaining("security.ssl.trustStore.location")
        .hasMessageContaining(file.toString());
  }

  @Test
  void aWrongStorePassword() {
    Path file = TestKeys.replace(folder.resolve("k.p12"), TestKeys.keyStore("PKCS12", "client"));

    EndpointException error =
        refused(
            Section.empty().keyStore("PKCS12", "location", file, "password", "wrong-canary-Pa55"));

    assertThat(error)
        .hasMessageContaining("security.ssl.keyStore.location")
        .hasMessageContaining(file.toString())
        .hasMessageContaining("security.ssl.keyStore.password");
  }

  @Test
  void aWrongKeyPassword() {
    EndpointException error =
        refused(
            Section.empty()
                .keyStore(
                    "JKS",
                    "key",
                    base64(TestKeys.keyStore("JKS", "client")),
                    "password",
                    PASSWORD,
                    "keyPassword",
                    "wrong-canary-Pa55"));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    assertThat(error.isRetryable()).isFalse();
    assertThat(error)
        .hasMessageContaining("security.ssl.keyStore.key ")
        .hasMessageContaining("'client'")
        .hasMessageContaining("security.ssl.keyStore.keyPassword");
  }

  @Test
  void aWrongAlias() {
    EndpointException error =
        refused(
            Section.empty()
                .keyStore(
                    "PKCS12",
                    "key",
                    base64(TestKeys.keyStore("PKCS12", "client")),
                    "password",
                    PASSWORD,
                    "alias",
                    "nobody"));

    assertThat(error)
        .hasMessageContaining("security.ssl.keyStore.alias")
        .hasMessageContaining("'nobody'")
        .hasMessageContaining("[client]");
  }

  @Test
  void aWrongPasswordOfAnEncryptedPemKey() {
    EndpointException error =
        refused(
            Section.empty()
                .keyStore(
                    "PEM",
                    "key",
                    TestKeys.resource("ec-pkcs8-encrypted.pem"),
                    "certificateChain",
                    pemChain("client"),
                    "keyPassword",
                    "wrong-canary-Pa55"));

    assertThat(error).hasMessageContaining("security.ssl.keyStore.keyPassword");
  }

  @Test
  void aCertificateOfAnotherKey() {
    EndpointException error =
        refused(
            Section.empty()
                .keyStore("PEM", "key", pemKey("client"), "certificateChain", pemChain("client2")));

    assertThat(error)
        .hasMessageContaining("security.ssl.keyStore.certificateChain")
        .hasMessageContaining("does not belong to the key");
  }

  @Test
  void aKeyWithoutCertificate() {
    EndpointException error = refused(Section.empty().keyStore("PEM", "key", pemKey("client")));

    assertThat(error).hasMessageContaining("set security.ssl.keyStore.certificateChain");
  }

  @Test
  void twoKeysInOnePemText() {
    EndpointException error =
        refused(Section.empty().keyStore("PEM", "key", pemKey("client") + pemKey("client2")));

    assertThat(error).hasMessageContaining("holds 2 private keys instead of one");
  }

  @Test
  void aStoreThatHoldsNoCertificate() {
    assertThat(refused(Section.empty().trustStore("PEM", "certificates", "nothing here")))
        .hasMessageContaining("security.ssl.trustStore.certificates holds no trusted certificate");
  }

  @Test
  void malformedContent() {
    assertThat(refused(Section.empty().trustStore("JKS", "certificates", "canary-Pa55 !")))
        .hasMessage("security.ssl.trustStore.certificates is not base64");
    assertThat(
            refused(
                Section.empty()
                    .trustStore("PEM", "certificates", TestKeys.pem("CERTIFICATE", new byte[9]))))
        .hasMessageContaining("security.ssl.trustStore.certificates holds no usable certificates");
    assertThat(
            refused(
                Section.empty()
                    .trustStore(
                        "PEM",
                        "certificates",
                        "-----BEGIN CERTIFICATE-----\n#\n-----END CERTIFICATE-----")))
        .hasMessageContaining("not base64");
  }

  @Test
  void aTrustStoreWithoutPrivateKeyIsNoKeyStore() {
    assertThat(
            refused(
                Section.empty()
                    .keyStore(
                        "JKS",
                        "key",
                        base64(TestKeys.trustStore("JKS", "ca")),
                        "password",
                        PASSWORD)))
        .hasMessageContaining("security.ssl.keyStore.key holds no private key");
  }

  @Test
  void bothOrNeitherOfLocationAndContent() {
    Section both =
        Section.empty()
            .trustStore("PEM", "location", "ca.pem", "certificates", pemCertificate("ca"));

    for (Section section : new Section[] {both, Section.empty().trustStore("PEM")}) {
      EndpointException error = refused(section);
      assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
      assertThat(error)
          .hasMessageContaining(
              "either security.ssl.trustStore.location or security.ssl.trustStore.certificates");
    }
  }

  @Test
  void unknownProtocolsAndCipherSuites() {
    EndpointException error =
        refused(Section.trusting().with("protocols", new String[] {"TLSv1.3", "TLSv9"}));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    assertThat(error)
        .hasMessageContaining("security.ssl.protocols names [TLSv9]")
        .hasMessageContaining("TLSv1.2");
    assertThat(refused(Section.trusting().with("cipherSuites", new String[] {"TLS_NONSENSE"})))
        .hasMessageContaining("security.ssl.cipherSuites names [TLS_NONSENSE]");
  }

  @Test
  void aFolderIsNoStore() {
    assertThat(refused(Section.empty().trustStore("PEM", "location", folder)))
        .hasMessageContaining("security.ssl.trustStore.location")
        .hasMessageContaining("cannot be read");
  }

  /** The error, after a check that neither it nor its causes tell a password. */
  private static EndpointException refused(Section section) {
    EndpointException error = catchThrowableOfType(EndpointException.class, section::context);
    assertThat(error).isNotNull();
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(PASSWORD, KEY_PASSWORD, "canary-Pa55");
    return error;
  }
}
