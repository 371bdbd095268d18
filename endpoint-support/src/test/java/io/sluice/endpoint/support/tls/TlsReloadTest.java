/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import static io.sluice.endpoint.support.tls.TestKeys.PASSWORD;
import static io.sluice.endpoint.support.tls.TestKeys.pemCertificate;
import static io.sluice.endpoint.support.tls.TestKeys.pemChain;
import static io.sluice.endpoint.support.tls.TestKeys.pemKey;
import static io.sluice.endpoint.support.tls.TestKeys.replace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renewed files serve the next connection, by one and the same context. */
class TlsReloadTest {

  private static final String[] RSA = {"RSA"};

  @TempDir Path folder;

  @Test
  void aRenewedAuthorityIsTrusted() throws Exception {
    Path file = replace(folder.resolve("ca.pem"), pemCertificate("ca"));
    TlsContext tls = Section.empty().trustStore("PEM", "location", file).context();
    try (TlsServer server = new TlsServer("otherserver", false)) {
      assertThatThrownBy(() -> server.connect(tls)).isInstanceOf(SSLHandshakeException.class);

      replace(file, pemCertificate("otherca"));

      assertThat(server.connect(tls).getPeerPrincipal().getName()).isEqualTo("CN=otherserver");
    }
    try (TlsServer server = new TlsServer("server", false)) {
      assertThatThrownBy(() -> server.connect(tls)).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void aRenewedCertificateIdentifiesTheClient() throws Exception {
    Path file = replace(folder.resolve("key.pem"), pemKey("expired") + pemChain("expired"));
    TlsContext tls = Section.trusting().keyStore("PEM", "location", file).context();
    try (TlsServer server = new TlsServer("server", true)) {
      assertThatThrownBy(() -> server.connect(tls)).isInstanceOf(IOException.class);

      replace(file, pemKey("client") + pemChain("client"));

      server.connect(tls);
      assertThat(server.client()).isEqualTo("CN=client");
    }
  }

  @Test
  void aRenewedStoreIsNoticedWithinSecondsAlthoughSessionsAreResumed() throws Exception {
    Path file = replace(folder.resolve("k.p12"), TestKeys.keyStore("PKCS12", "client"));
    TlsContext tls =
        Section.trusting()
            .keyStore("PKCS12", "location", file, "password", PASSWORD)
            .contextWithDefaultPeriod();
    try (TlsServer server = new TlsServer("server", true)) {
      server.connectAndResume(tls);
      assertThat(server.client()).isEqualTo("CN=client");

      replace(file, TestKeys.keyStore("PKCS12", "client2"));

      await()
          .atMost(10, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                server.connectAndResume(tls);
                assertThat(server.client()).isEqualTo("CN=client2");
              });
    }
  }

  @Test
  void aHalfWrittenFileLeavesTheLastGoodOneInUse() throws Exception {
    String good = pemKey("client") + pemChain("client");
    Path file = replace(folder.resolve("key.pem"), good);
    TlsContext tls = Section.trusting().keyStore("PEM", "location", file).context();
    try (TlsServer server = new TlsServer("server", true)) {
      replace(file, good.substring(0, good.length() / 2));
      server.connect(tls);
      assertThat(server.client()).isEqualTo("CN=client");

      Files.delete(file);
      server.connect(tls);
      assertThat(server.client()).isEqualTo("CN=client");

      replace(file, pemKey("client2") + pemChain("client2"));
      server.connect(tls);
      assertThat(server.client()).isEqualTo("CN=client2");
    }
  }

  @Test
  void keyAndCertificateOfOneHandshakeBelongTogetherWhenTheFileChangesInBetween() {
    Path file = replace(folder.resolve("key.pem"), pemKey("client") + pemChain("client"));
    TlsContext tls = Section.trusting().keyStore("PEM", "location", file).context();
    X509ExtendedKeyManager keys = (X509ExtendedKeyManager) tls.keyManagers()[0];
    String before = keys.chooseClientAlias(RSA, null, null);

    replace(file, pemKey("client2") + pemChain("client2"));
    String after = keys.chooseClientAlias(RSA, null, null);

    assertThat(keys.getCertificateChain(before)).isEqualTo(TestKeys.chain("client"));
    assertThat(keys.getPrivateKey(before)).isEqualTo(TestKeys.key("client"));
    assertThat(keys.getCertificateChain(after)).isEqualTo(TestKeys.chain("client2"));
    assertThat(keys.getPrivateKey(after)).isEqualTo(TestKeys.key("client2"));
  }

  @Test
  void renewalsDisturbNoHandshakeUnderWay() throws Exception {
    byte[][] stores = {
      TestKeys.keyStore("PKCS12", "client"), TestKeys.keyStore("PKCS12", "client2")
    };
    Path file = replace(folder.resolve("k.p12"), stores[0]);
    TlsContext tls =
        Section.trusting()
            .keyStore("PKCS12", "location", file, "password", PASSWORD)
            .context(Duration.ofMillis(200));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService renewals = Executors.newSingleThreadExecutor();
    try (TlsServer one = new TlsServer("server", true);
        TlsServer two = new TlsServer("server", true)) {
      Future<?> renewing =
          renewals.submit(
              () -> {
                for (int i = 0; !done.get(); i++) {
                  replace(file, stores[i % 2]);
                }
              });
      ExecutorService clients = Executors.newFixedThreadPool(2);
      Future<?> first = clients.submit(() -> connect(one, tls, 50));
      Future<?> second = clients.submit(() -> connect(two, tls, 50));
      first.get(60, TimeUnit.SECONDS);
      second.get(60, TimeUnit.SECONDS);
      done.set(true);
      renewing.get(10, TimeUnit.SECONDS);
      clients.shutdownNow();
    } finally {
      done.set(true);
      renewals.shutdownNow();
    }
  }

  private static Void connect(TlsServer server, TlsContext tls, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      server.connect(tls);
      assertThat(server.client()).isIn("CN=client", "CN=client2");
    }
    return null;
  }
}
