/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two certificate authorities and the keys that they have signed, made once by keytool. Aliases:
 * ca, server (localhost), elsewhere (another host), expired, client, client2, ecclient; otherca and
 * otherserver of the second authority.
 */
final class TestKeys {

  static final String PASSWORD = "store-canary-Pa55";
  static final String KEY_PASSWORD = "key-canary-Pa55";

  private static final KeyStore ALL = generate();

  private TestKeys() {}

  static PrivateKey key(String alias) {
    return read(() -> (PrivateKey) ALL.getKey(alias, PASSWORD.toCharArray()));
  }

  static Certificate[] chain(String alias) {
    return read(() -> ALL.getCertificateChain(alias));
  }

  static Certificate certificate(String alias) {
    return chain(alias)[0];
  }

  /** A store with keys, whose own passwords are {@link #KEY_PASSWORD} in a JKS. */
  static byte[] keyStore(String type, String... aliases) {
    String keyPassword = type.equals("JKS") ? KEY_PASSWORD : PASSWORD;
    return store(
        type,
        store -> {
          for (String alias : aliases) {
            store.setKeyEntry(alias, key(alias), keyPassword.toCharArray(), chain(alias));
          }
        });
  }

  /** A store that trusts the certificates of these aliases. */
  static byte[] trustStore(String type, String... aliases) {
    return store(
        type,
        store -> {
          for (String alias : aliases) {
            store.setCertificateEntry(alias, certificate(alias));
          }
        });
  }

  static String pemChain(String alias) {
    return Stream.of(chain(alias))
        .map(certificate -> pem("CERTIFICATE", read(certificate::getEncoded)))
        .collect(Collectors.joining());
  }

  static String pemCertificate(String alias) {
    return pem("CERTIFICATE", read(certificate(alias)::getEncoded));
  }

  static String pemKey(String alias) {
    return pem("PRIVATE KEY", key(alias).getEncoded());
  }

  /** The key in the form of PKCS#1 (RSA). */
  static String pkcs1Key(String alias) {
    return pem("RSA PRIVATE KEY", read(() -> inner(key(alias))));
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  static String resource(String name) {
    try (InputStream in = TestKeys.class.getResourceAsStream("/tls/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Writes a file the way that renewals do: complete, then renamed into place. */
  static Path replace(Path file, byte[] content) {
    try {
      Path next = Files.createTempFile(file.getParent(), "next", null);
      Files.write(next, content);
      return Files.move(
          next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path replace(Path file, String content) {
    return replace(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] inner(Key key) throws GeneralSecurityException {
    byte[] octets = Der.parse(key.getEncoded()).element(2).encoded();
    int lengthOctets = (octets[1] & 0x80) == 0 ? 0 : octets[1] & 0x7f;
    byte[] content = new byte[octets.length - 2 - lengthOctets];
    System.arraycopy(octets, 2 + lengthOctets, content, 0, content.length);
    return content;
  }

  private interface Filling {
    void fill(KeyStore store) throws GeneralSecurityException;
  }

  private static byte[] store(String type, Filling filling) {
    return read(
        () -> {
          KeyStore store = KeyStore.getInstance(type);
          store.load(null, null);
          filling.fill(store);
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          store.store(out, PASSWORD.toCharArray());
          return out.toByteArray();
        });
  }

  private static KeyStore generate() {
    return read(
        () -> {
          Path file = Files.createTempDirectory("sluice-tls").resolve("all.p12");
          authority(file, "ca", "CN=Test authority");
          authority(file, "otherca", "CN=Other authority");
          signed(file, "server", "ca", "RSA", "-ext", "san=dns:localhost,ip:127.0.0.1");
          signed(file, "elsewhere", "ca", "RSA", "-ext", "san=dns:elsewhere.example");
          signed(file, "expired", "ca", "RSA", "-startdate", "-10d", "-validity", "5");
          signed(file, "client", "ca", "RSA");
          signed(file, "client2", "ca", "RSA");
          signed(file, "ecclient", "ca", "EC");
          signed(file, "otherserver", "otherca", "RSA", "-ext", "san=dns:localhost");
          KeyStore store = KeyStore.getInstance("PKCS12");
          try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
          }
          Files.delete(file);
          Files.delete(file.getParent());
          return store;
        });
  }

  private static void authority(Path file, String alias, String name) throws Exception {
    keytool(file, alias, name, "RSA", "-ext", "bc:c", "-validity", "3650");
  }

  private static void signed(
      Path file, String alias, String signer, String algorithm, String... options)
      throws Exception {
    List<String> all = new ArrayList<>(List.of("-signer", signer));
    Collections.addAll(all, options);
    keytool(file, alias, "CN=" + alias, algorithm, all.toArray(new String[0]));
  }

  private static void keytool(
      Path file, String alias, String name, String algorithm, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                algorithm,
                "-dname",
                name,
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    if (algorithm.equals("RSA")) {
      command.addAll(List.of("-keysize", "2048"));
    }
    Collections.addAll(command, options);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream input = process.getOutputStream()) {
      input.flush();
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool failed: " + output);
    }
  }

  private interface Reading<T> {
    T read() throws Exception;
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
