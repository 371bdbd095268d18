/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.security.KeyStore;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A TLS server on loopback with a key and the trust of {@link TestKeys}. It answers each connection
 * with one byte and says who came.
 */
final class TlsServer implements AutoCloseable {

  private static final String ANONYMOUS = "anonymous";

  private final SSLServerSocket socket;
  private final BlockingQueue<String> clients = new LinkedBlockingQueue<>();
  private final Thread thread;

  TlsServer(String alias, boolean clientCertificateNeeded) throws Exception {
    char[] password = TestKeys.PASSWORD.toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store(TestKeys.keyStore("PKCS12", alias)), password);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store(TestKeys.trustStore("PKCS12", "ca")));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 0, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(clientCertificateNeeded);
    thread = new Thread(this::serve, "tls-server");
    thread.setDaemon(true);
    thread.start();
  }

  private static KeyStore store(byte[] bytes) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(bytes), TestKeys.PASSWORD.toCharArray());
    return store;
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The name in the next client's certificate, or {@code anonymous}. */
  String client() throws InterruptedException {
    return clients.poll(10, TimeUnit.SECONDS);
  }

  /** Connects to {@code localhost} with a full handshake and exchanges a byte. */
  SSLSession connect(TlsContext tls) throws IOException {
    SSLSession session = connectAndResume(tls);
    session.invalidate();
    return session;
  }

  /** Likewise, but the next connection may resume the session. */
  SSLSession connectAndResume(TlsContext tls) throws IOException {
    try (SSLSocket client =
        (SSLSocket) tls.sslContext().getSocketFactory().createSocket("localhost", port())) {
      client.setSoTimeout(10_000);
      client.setSSLParameters(tls.parameters());
      client.startHandshake();
      if (client.getInputStream().read() != 1) {
        throw new SSLException("the server broke off");
      }
      return client.getSession();
    }
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (SSLSocket client = (SSLSocket) socket.accept()) {
        client.setSoTimeout(10_000);
        client.startHandshake();
        String name =
            socket.getNeedClientAuth()
                ? client.getSession().getPeerPrincipal().getName()
                : ANONYMOUS;
        client.getOutputStream().write(1);
        client.getOutputStream().flush();
        clients.add(name);
      } catch (SSLException | SocketException e) {
        // The test looks at the client's side of a failed handshake.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
