/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.sluice.endpoint.tck.broker.CertificateAuthority.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RabbitMQ behind TLS, as clients see it. */
@Timeout(120)
class RabbitTlsTest {

  private static final KeyManager[] NO_CERTIFICATE = {};

  @TempDir private static Path folder;

  private static CertificateAuthority authority;
  private static Identity server;
  private static Identity alice;

  @BeforeAll
  static void sign() {
    RabbitBroker.assumeInstalled();
    authority = CertificateAuthority.create(folder);
    server = authority.sign("server");
    alice = authority.sign("alice");
  }

  @Test
  void clientsLogInByCertificateOrPassword() throws Exception {
    try (FaultProxy proxy = FaultProxy.toFreePort();
        RabbitBroker broker =
            withTls().external().user("alice", "unused").tlsBehind(proxy).start()) {
      assertThat(broker.tlsPort()).isEqualTo(proxy.port());
      try (AmqpClient client = AmqpClient.connect(external(broker, keys(alice)))) {
        client.send("certificate", "one");
      }
      try (AmqpClient client = AmqpClient.connect(factory(broker, NO_CERTIFICATE))) {
        assertThat(client.receive("certificate")).contains("one");
      }
      assertThatThrownBy(() -> AmqpClient.connect(external(broker, NO_CERTIFICATE)))
          .isInstanceOf(AuthenticationFailureException.class);
      AmqpClient.connect(AmqpClient.factory(broker)).close();
    }
  }

  @Test
  void clientsWithoutCertificateAreRefusedIfTheBrokerVerifies() throws Exception {
    try (RabbitBroker broker = withTls().verifyPeer().start()) {
      AmqpClient.connect(factory(broker, keys(alice))).close();

      assertThatThrownBy(() -> AmqpClient.connect(factory(broker, NO_CERTIFICATE)))
          .isInstanceOf(IOException.class);
    }
  }

  private static RabbitBroker.Builder withTls() {
    return RabbitBroker.builder().tls(authority.certificate(), server.certificate(), server.key());
  }

  private static ConnectionFactory external(RabbitBroker broker, KeyManager... keys)
      throws Exception {
    ConnectionFactory factory = factory(broker, keys);
    factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
    return factory;
  }

  private static ConnectionFactory factory(RabbitBroker broker, KeyManager... keys)
      throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store(authority.trustStore()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    ConnectionFactory factory = AmqpClient.factory(broker);
    factory.setPort(broker.tlsPort());
    factory.useSslProtocol(context);
    factory.enableHostnameVerification();
    return factory;
  }

  private static KeyManager[] keys(Identity identity) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(identity.store()), CertificateAuthority.PASSWORD.toCharArray());
    return keys.getKeyManagers();
  }

  private static KeyStore store(Path file) throws Exception {
    return KeyStore.getInstance(file.toFile(), CertificateAuthority.PASSWORD.toCharArray());
  }
}
