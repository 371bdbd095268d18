/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority for brokers on loopback and their clients, made by {@code keytool}.
 *
 * <p>What it makes lies in a folder of the caller's and is valid for a day. Not for use by several
 * threads at once.
 */
public final class CertificateAuthority {

  /** The password of every store. */
  public static final String PASSWORD = "store-password";

  private static final String OWN = "authority";

  private final Path folder;

  private CertificateAuthority(Path folder) {
    this.folder = folder;
  }

  /**
   * A certificate and its key.
   *
   * @param certificate in PEM
   * @param key in PEM (PKCS#8), not encrypted
   * @param store both, with the authority's certificate, as PKCS12
   */
  public record Identity(Path certificate, Path key, Path store) {}

  /** Makes an authority that writes into a folder. */
  public static CertificateAuthority create(Path folder) {
    CertificateAuthority authority = new CertificateAuthority(folder);
    try {
      authority.generate(OWN, "-ext", "bc:c");
      authority.writeOwn();
      return authority;
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException("Cannot make a certificate authority", failed);
    }
  }

  /** The authority's own certificate, in PEM. */
  public Path certificate() {
    return file(OWN, ".pem");
  }

  /** A PKCS12 store that trusts what the authority has signed. */
  public Path trustStore() {
    return file(OWN, ".p12");
  }

  /** Signs a new key for a common name, at {@code localhost} and {@code 127.0.0.1}. */
  public Identity sign(String commonName) {
    return sign(commonName, "dns:localhost,ip:127.0.0.1");
  }

  /**
   * Signs a new key for a common name.
   *
   * @param hosts where it may be used, as keytool has subject alternative names
   */
  public Identity sign(String commonName, String hosts) {
    try {
      generate(commonName, "-signer", OWN, "-ext", "san=" + hosts);
      return write(commonName);
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException("Cannot sign a key for " + commonName, failed);
    }
  }

  private Path file(String name, String extension) {
    return folder.resolve(name + extension);
  }

  /** Adds a key to the store of all keys. */
  private void generate(String name, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name));
    command.addAll(List.of("-keyalg", "RSA", "-startdate", "-1d", "-validity", "2"));
    command.addAll(List.of("-keystore", all().toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.onExit().join().exitValue() != 0) {
      throw new IOException("keytool failed:\n" + said);
    }
  }

  private Path all() {
    return folder.resolve("all-keys.p12");
  }

  private void writeOwn() throws IOException, GeneralSecurityException {
    Certificate own = allKeys().getCertificate(OWN);
    writePem(certificate(), "CERTIFICATE", own.getEncoded());
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry(OWN, own);
    writeStore(trustStore(), trusted);
  }

  private Identity write(String name) throws IOException, GeneralSecurityException {
    KeyStore all = allKeys();
    Key key = all.getKey(name, PASSWORD.toCharArray());
    KeyStore one = emptyStore();
    one.setKeyEntry(name, key, PASSWORD.toCharArray(), all.getCertificateChain(name));
    return new Identity(
        writePem(file(name, ".pem"), "CERTIFICATE", all.getCertificate(name).getEncoded()),
        writePem(file(name, ".key"), "PRIVATE KEY", key.getEncoded()),
        writeStore(file(name, ".p12"), one));
  }

  private KeyStore allKeys() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(all().toFile(), PASSWORD.toCharArray());
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Path writeStore(Path file, KeyStore store)
      throws IOException, GeneralSecurityException {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private static Path writePem(Path file, String label, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, text));
  }
}
