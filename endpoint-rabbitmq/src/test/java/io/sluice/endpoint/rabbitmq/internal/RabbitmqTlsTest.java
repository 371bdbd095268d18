/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.publishing;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.reaching;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.tck.broker.CertificateAuthority;
import io.sluice.endpoint.tck.broker.CertificateAuthority.Identity;
import io.sluice.endpoint.tck.broker.RabbitBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections by TLS to a broker that wants a certificate of its clients. */
class RabbitmqTlsTest {

  private static final String PASSWORD = CertificateAuthority.PASSWORD;
  private static final String KEY = "security.ssl.";

  @TempDir private static Path folder;

  private static CertificateAuthority authority;
  private static Identity client;
  private static RabbitBroker broker;
  private static RabbitBroker elsewhere;

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  @BeforeAll
  static void startBrokers() {
    RabbitBroker.assumeInstalled();
    authority = CertificateAuthority.create(folder);
    client = authority.sign("alice");
    broker = withTls(authority.sign("server")).external().verifyPeer().user("alice", "a").start();
    elsewhere = withTls(authority.sign("elsewhere", "dns:elsewhere.example")).start();
  }

  @AfterAll
  static void stopBrokers() {
    Stream.of(broker, elsewhere).filter(each -> each != null).forEach(RabbitBroker::close);
  }

  private static RabbitBroker.Builder withTls(Identity server) {
    return RabbitBroker.builder().tls(authority.certificate(), server.certificate(), server.key());
  }

  static Stream<Map<String, Object>> trustStores() throws Exception {
    byte[] jks = converted(authority.trustStore(), "JKS");
    return Stream.of(
        Map.of("type", "PEM", "location", authority.certificate().toString()),
        Map.of("type", "PEM", "certificates", Files.readString(authority.certificate())),
        Map.of(
            "type", "PKCS12", "location", authority.trustStore().toString(), "password", PASSWORD),
        Map.of(
            "type",
            "PKCS12",
            "certificates",
            base64(Files.readAllBytes(authority.trustStore())),
            "password",
            PASSWORD),
        Map.of("type", "JKS", "location", file("trust.jks", jks), "password", PASSWORD),
        Map.of("type", "JKS", "certificates", base64(jks), "password", PASSWORD));
  }

  static Stream<Map<String, Object>> keyStores() throws Exception {
    byte[] jks = converted(client.store(), "JKS");
    return Stream.of(
        Map.of(
            "type",
            "PEM",
            "location",
            client.key().toString(),
            "certificateChain",
            Files.readString(client.certificate())),
        Map.of(
            "type",
            "PEM",
            "key",
            Files.readString(client.key()),
            "certificateChain",
            Files.readString(client.certificate())),
        Map.of("type", "PKCS12", "location", client.store().toString(), "password", PASSWORD),
        Map.of(
            "type",
            "PKCS12",
            "key",
            base64(Files.readAllBytes(client.store())),
            "password",
            PASSWORD),
        Map.of("type", "JKS", "location", file("key.jks", jks), "password", PASSWORD),
        Map.of("type", "JKS", "key", base64(jks), "password", PASSWORD));
  }

  @ParameterizedTest
  @MethodSource("trustStores")
  void everyTrustStoreIsOne(Map<String, Object> trustStore) {
    Map<String, Object> properties = secure(broker.tlsPort());
    section(properties, "keyStore", pkcs12(client));
    section(properties, "trustStore", trustStore);

    assertPublishes(rabbitmq.started("secure", properties));
  }

  @ParameterizedTest
  @MethodSource("keyStores")
  void everyKeyStoreShowsWhoWeAre(Map<String, Object> keyStore) {
    Map<String, Object> properties = secure(broker.tlsPort());
    section(properties, "keyStore", keyStore);
    properties.put("security.auth.mechanism", "EXTERNAL");
    properties.remove("security.auth.username");
    properties.remove("security.auth.password");

    assertPublishes(rabbitmq.started("secure", properties));
  }

  @Test
  void withoutACertificateTheBrokerRefuses() {
    EndpointError error = error(secure(broker.tlsPort()));

    assertThat(error.code()).isIn(ErrorCode.TLS_FAILED, ErrorCode.CONNECTION_LOST);
  }

  @Test
  void aBrokerThatNobodyVouchesForIsRefused() {
    Map<String, Object> properties = secure(elsewhere.tlsPort());
    properties.keySet().removeIf(key -> key.startsWith(KEY + "trustStore"));
    properties.put(KEY + "hostnameVerifier", false);

    EndpointError error = error(properties);

    assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
    assertThat(error.message()).contains("certification path");
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    EndpointError error = error(secure(elsewhere.tlsPort()));

    assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
    assertThat(error.message()).contains("127.0.0.1");
  }

  @Test
  void theHostNameIsNotVerifiedIfThatIsConfiguredAndTheStatusWarns() {
    Map<String, Object> properties = secure(elsewhere.tlsPort());
    properties.put(KEY + "hostnameVerifier", false);

    RabbitmqEndpoint endpoint = rabbitmq.started("secure", properties);

    assertPublishes(endpoint);
    assertThat(endpoint.status().warnings())
        .anySatisfy(warning -> assertThat(warning).contains("hostnameVerifier is off"));
  }

  @Test
  void whoTrustsAllIsWarned() {
    Map<String, Object> properties = secure(elsewhere.tlsPort());
    properties.keySet().removeIf(key -> key.startsWith(KEY + "trustStore"));
    properties.put(KEY + "trustAll", true);

    RabbitmqEndpoint endpoint = rabbitmq.started("secure", properties);

    assertThat(endpoint.status().warnings())
        .anySatisfy(warning -> assertThat(warning).contains("trustAll is on"));
  }

  @Test
  void aRenewedTrustStoreIsUsedByTheNextConnection() throws IOException {
    Path trusted = Files.copy(client.certificate(), folder.resolve("renewed.pem"));
    Map<String, Object> properties = secure(elsewhere.tlsPort());
    properties.keySet().removeIf(key -> key.startsWith(KEY + "trustStore"));
    section(properties, "trustStore", Map.of("type", "PEM", "location", trusted.toString()));
    properties.put(KEY + "hostnameVerifier", false);
    RabbitmqEndpoint endpoint = rabbitmq.create("secure", properties);
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.DOWN);

    Files.copy(authority.certificate(), folder.resolve("next.pem"));
    Files.move(folder.resolve("next.pem"), trusted, StandardCopyOption.REPLACE_EXISTING);

    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  private EndpointError error(Map<String, Object> properties) {
    RabbitmqEndpoint endpoint = rabbitmq.create("secure", properties);
    join(endpoint.start());
    eventually().until(() -> endpoint.status().lastError().isPresent());
    assertThat(state(endpoint)).isEqualTo(EndpointState.DOWN);
    return endpoint.status().lastError().get();
  }

  private static void assertPublishes(RabbitmqEndpoint endpoint) {
    join(endpoint.publish(Message.of("secret"))).orThrow();
  }

  /** Publishes to an exchange without queues, without complaint. */
  private static Map<String, Object> secure(int port) {
    Map<String, Object> properties = publishing(reaching(port), AmqpPeer.newName("exchange"), "k");
    properties.put("producer.mandatory", false);
    properties.put(KEY + "enabled", true);
    section(
        properties,
        "trustStore",
        Map.of("type", "PEM", "location", authority.certificate().toString()));
    return properties;
  }

  private static Map<String, Object> pkcs12(Identity identity) {
    return Map.of("type", "PKCS12", "location", identity.store().toString(), "password", PASSWORD);
  }

  private static void section(
      Map<String, Object> properties, String section, Map<String, Object> values) {
    properties.keySet().removeIf(key -> key.startsWith(KEY + section));
    new HashMap<>(values).forEach((key, value) -> properties.put(KEY + section + "." + key, value));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content).toString();
  }

  private static byte[] converted(Path pkcs12, String type)
      throws IOException, GeneralSecurityException {
    KeyStore from = KeyStore.getInstance(pkcs12.toFile(), PASSWORD.toCharArray());
    KeyStore to = KeyStore.getInstance(type);
    to.load(null, null);
    for (String alias : Collections.list(from.aliases())) {
      if (from.isKeyEntry(alias)) {
        to.setKeyEntry(
            alias,
            from.getKey(alias, PASSWORD.toCharArray()),
            PASSWORD.toCharArray(),
            from.getCertificateChain(alias));
      } else {
        to.setCertificateEntry(alias, from.getCertificate(alias));
      }
    }
    Path file = Files.createTempFile(folder, "converted", null);
    try (OutputStream out = Files.newOutputStream(file)) {
      to.store(out, PASSWORD.toCharArray());
    }
    return Files.readAllBytes(file);
  }
}
