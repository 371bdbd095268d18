/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import static io.sluice.endpoint.support.tls.TestKeys.PASSWORD;
import static io.sluice.endpoint.support.tls.TestKeys.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Handshakes of two engines, as clients on event loops make them. */
class TlsEngineTest {

  private static final int BUFFER = 64 * 1024;

  @Test
  void bothSidesIdentifyThemselves() throws Exception {
    SSLEngine server = server("server");
    SSLEngine client = client("localhost");

    handshake(client, server);

    assertThat(client.getSession().getPeerPrincipal().getName()).isEqualTo("CN=server");
    assertThat(server.getSession().getPeerPrincipal().getName()).isEqualTo("CN=client");
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    assertThatThrownBy(() -> handshake(client("localhost"), server("elsewhere")))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("localhost");
  }

  private static SSLEngine client(String host) {
    TlsContext tls = identified("client").context();
    SSLEngine engine = tls.sslContext().createSSLEngine(host, 1);
    engine.setSSLParameters(tls.parameters());
    engine.setUseClientMode(true);
    return engine;
  }

  private static SSLEngine server(String alias) {
    SSLEngine engine = identified(alias).context().sslContext().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  private static Section identified(String alias) {
    String store = base64(TestKeys.keyStore("PKCS12", alias));
    return Section.trusting().keyStore("PKCS12", "key", store, "password", PASSWORD);
  }

  private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
    ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
    for (int step = 0; step < 100 && (isOpen(client) || isOpen(server)); step++) {
      advance(client, toClient, toServer);
      advance(server, toServer, toClient);
    }
    assertThat(isOpen(client) || isOpen(server)).as("handshake under way").isFalse();
  }

  private static boolean isOpen(SSLEngine engine) {
    return engine.getSession().getProtocol().equals("NONE")
        || engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void advance(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    in.flip();
    while (in.hasRemaining()) {
      SSLEngineResult result = engine.unwrap(in, ByteBuffer.allocate(BUFFER));
      runTasks(engine);
      if (result.bytesConsumed() == 0
          && engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
        break;
      }
    }
    in.compact();
    SSLEngineResult result;
    do {
      result = engine.wrap(ByteBuffer.allocate(0), out);
      runTasks(engine);
    } while (result.bytesProduced() > 0
        && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
  }

  private static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
