/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import static io.sluice.endpoint.support.tls.TestKeys.KEY_PASSWORD;
import static io.sluice.endpoint.support.tls.TestKeys.PASSWORD;
import static io.sluice.endpoint.support.tls.TestKeys.base64;
import static io.sluice.endpoint.support.tls.TestKeys.pemCertificate;
import static io.sluice.endpoint.support.tls.TestKeys.pemChain;
import static io.sluice.endpoint.support.tls.TestKeys.pemKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real handshakes with every store variant. */
class TlsContextTest {

  @TempDir static Path folder;

  static Stream<Arguments> trustVariants() {
    return Stream.of(
        variant(
            "PEM with location", trust("PEM", "location", file("ca.pem", pemCertificate("ca")))),
        variant("PEM with certificates", trust("PEM", "certificates", pemCertificate("ca"))),
        variant(
            "PEM with two certificates",
            trust("PEM", "certificates", pemCertificate("otherca") + pemCertificate("ca"))),
        variant(
            "JKS with location",
            trust("JKS", "location", file("ca.jks", trustStore("JKS")), "password", PASSWORD)),
        variant(
            "JKS with certificates",
            trust("JKS", "certificates", base64(trustStore("JKS")), "password", PASSWORD)),
        variant(
            "PKCS12 with location",
            trust(
                "PKCS12", "location", file("ca.p12", trustStore("PKCS12")), "password", PASSWORD)),
        variant(
            "PKCS12 with certificates",
            trust("PKCS12", "certificates", base64(trustStore("PKCS12")), "password", PASSWORD)));
  }

  static Stream<Arguments> keyVariants() {
    String chain = pemChain("client");
    return Stream.of(
        variant(
            "PEM with location", key("PEM", "location", file("c.pem", pemKey("client") + chain))),
        variant(
            "PEM with location, chain inline",
            key("PEM", "location", file("k.pem", pemKey("client")), "certificateChain", chain)),
        variant(
            "PEM with location, chain in a file",
            key(
                "PEM",
                "location",
                file("k2.pem", pemKey("client")),
                "certificateChain",
                file("chain.pem", chain))),
        variant("PEM with key", key("PEM", "key", pemKey("client"), "certificateChain", chain)),
        variant(
            "PEM with key in PKCS#1",
            key("PEM", "key", TestKeys.pkcs1Key("client"), "certificateChain", chain)),
        variant(
            "JKS with location",
            key(
                "JKS",
                "location",
                file("c.jks", keyStore("JKS")),
                "password",
                PASSWORD,
                "keyPassword",
                KEY_PASSWORD)),
        variant(
            "JKS with key",
            key(
                "JKS",
                "key",
                base64(keyStore("JKS")),
                "password",
                PASSWORD,
                "keyPassword",
                KEY_PASSWORD)),
        variant(
            "PKCS12 with location",
            key("PKCS12", "location", file("c.p12", keyStore("PKCS12")), "password", PASSWORD)),
        variant(
            "PKCS12 with key",
            key("PKCS12", "key", base64(keyStore("PKCS12")), "password", PASSWORD)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trustVariants")
  void everyTrustStoreVariantTrustsItsAuthorityAndNoOther(String name, Section section)
      throws Exception {
    TlsContext tls = section.context();
    try (TlsServer server = new TlsServer("server", false)) {
      assertThat(subject(server.connect(tls))).isEqualTo("CN=server");
    }
    if (!name.contains("two")) {
      try (TlsServer stranger = new TlsServer("otherserver", false)) {
        assertThatThrownBy(() -> stranger.connect(tls)).isInstanceOf(SSLHandshakeException.class);
      }
    }
    assertThat(tls.warnings()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keyVariants")
  void everyKeyStoreVariantIdentifiesTheClient(String name, Section section) throws Exception {
    try (TlsServer server = new TlsServer("server", true)) {
      server.connect(section.context());
      assertThat(server.client()).as(name).isEqualTo("CN=client");
    }
  }

  @Test
  void aServerThatWantsACertificateRefusesAClientWithout() throws Exception {
    try (TlsServer server = new TlsServer("server", true)) {
      assertThatThrownBy(() -> server.connect(Section.trusting().context()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void anEcKeyIdentifiesTheClient() throws Exception {
    Section section =
        Section.trusting()
            .keyStore("PEM", "key", pemKey("ecclient"), "certificateChain", pemChain("ecclient"));
    try (TlsServer server = new TlsServer("server", true)) {
      server.connect(section.context());
      assertThat(server.client()).isEqualTo("CN=ecclient");
    }
  }

  @Test
  void theAliasChoosesTheKey() throws Exception {
    byte[] store = TestKeys.keyStore("PKCS12", "client", "client2");
    try (TlsServer server = new TlsServer("server", true)) {
      for (String alias : new String[] {"client", "client2"}) {
        Section section =
            Section.trusting()
                .keyStore("PKCS12", "key", base64(store), "password", PASSWORD, "alias", alias);
        server.connect(section.context());
        assertThat(server.client()).isEqualTo("CN=" + alias);
      }
    }
  }

  @Test
  void withoutATrustStoreTheJvmDecides() throws Exception {
    try (TlsServer server = new TlsServer("server", false)) {
      TlsContext tls = TlsContext.of("orders", TlsSettings.defaults());
      assertThat(tls.keyManagers()).isEmpty();
      assertThat(tls.warnings()).isEmpty();
      assertThatThrownBy(() -> server.connect(tls)).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void trustAllAcceptsAnybodyAndWarns() throws Exception {
    TlsContext tls = Section.empty().with("trustAll", true).context();
    for (String anybody : new String[] {"otherserver", "elsewhere", "expired"}) {
      try (TlsServer server = new TlsServer(anybody, false)) {
        assertThat(subject(server.connect(tls))).isEqualTo("CN=" + anybody);
      }
    }
    assertThat(tls.warnings()).singleElement().asString().contains("security.ssl.trustAll");
    assertThat(tls.verifiesHostname()).isFalse();
  }

  @Test
  void trustAllIsLogged() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      Section.empty().with("trustAll", true).context();
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("WARN")
        .contains("'orders'")
        .contains("security.ssl.trustAll is on");
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    try (TlsServer server = new TlsServer("elsewhere", false)) {
      assertThatThrownBy(() -> server.connect(Section.trusting().context()))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("localhost");
    }
  }

  @Test
  void withoutHostnameVerifierItIsAcceptedWithAWarning() throws Exception {
    TlsContext tls = Section.trusting().with("hostnameVerifier", false).context();
    try (TlsServer server = new TlsServer("elsewhere", false)) {
      assertThat(subject(server.connect(tls))).isEqualTo("CN=elsewhere");
    }
    assertThat(tls.warnings()).singleElement().asString().contains("hostnameVerifier");
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    TlsContext tls = Section.trusting().with("hostnameVerifier", false).context();
    try (TlsServer server = new TlsServer("expired", false)) {
      assertThatThrownBy(() -> server.connect(tls)).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void protocolsAndCipherSuitesAreThoseConfigured() throws Exception {
    String suite = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    TlsContext tls =
        Section.trusting()
            .with("protocols", new String[] {"TLSv1.2"})
            .with("cipherSuites", new String[] {suite})
            .context();
    try (TlsServer server = new TlsServer("server", false)) {
      SSLSession session = server.connect(tls);
      assertThat(session.getProtocol()).isEqualTo("TLSv1.2");
      assertThat(session.getCipherSuite()).isEqualTo(suite);
      assertThat(server.connect(Section.trusting().context()).getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  private static String subject(SSLSession session) throws SSLException {
    return session.getPeerPrincipal().getName();
  }

  private static Arguments variant(String name, Section section) {
    return Arguments.of(name, section);
  }

  private static Section trust(String type, Object... keysAndValues) {
    return Section.empty().trustStore(type, keysAndValues);
  }

  private static Section key(String type, Object... keysAndValues) {
    return Section.trusting().keyStore(type, keysAndValues);
  }

  private static byte[] trustStore(String type) {
    return TestKeys.trustStore(type, "ca");
  }

  private static byte[] keyStore(String type) {
    return TestKeys.keyStore(type, "client");
  }

  private static Path file(String name, String content) {
    return TestKeys.replace(folder.resolve(name), content);
  }

  private static Path file(String name, byte[] content) {
    return TestKeys.replace(folder.resolve(name), content);
  }
}
