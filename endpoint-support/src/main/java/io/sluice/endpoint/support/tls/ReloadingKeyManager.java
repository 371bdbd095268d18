/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the key of each handshake from the key store as it is then.
 *
 * <p>A handshake chooses an alias first and asks for its key and its certificates afterwards. So
 * that these belong together although the store may be read anew in between, the aliases given out
 * carry the number of their generation, and the generation before the newest is kept.
 */
final class ReloadingKeyManager extends X509ExtendedKeyManager {

  private static final char SEPARATOR = ':';

  private final Reloading<Generation> generations;

  ReloadingKeyManager(Reloading<Generation> generations) {
    this.generations = generations;
  }

  /** One reading of the key store; {@code previous} is null for the first. */
  record Generation(int number, X509ExtendedKeyManager manager, X509ExtendedKeyManager previous) {

    /** Numbers what the reader reads. Not for use by two threads at once. */
    static Supplier<Generation> numbered(Supplier<X509ExtendedKeyManager> reader) {
      return new Supplier<>() {
        private Generation last;

        @Override
        public Generation get() {
          X509ExtendedKeyManager manager = reader.get();
          last =
              last == null
                  ? new Generation(0, manager, null)
                  : new Generation(last.number + 1, manager, last.manager);
          return last;
        }
      };
    }

    private String label(String alias) {
      return alias == null ? null : number + "" + SEPARATOR + alias;
    }

    private String[] label(String[] aliases) {
      return aliases == null ? null : Stream.of(aliases).map(this::label).toArray(String[]::new);
    }

    private X509ExtendedKeyManager numbered(int wanted) {
      if (wanted == number) {
        return manager;
      }
      return wanted == number - 1 ? previous : null;
    }
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    Generation now = generations.current();
    return now.label(now.manager.chooseClientAlias(keyType, issuers, socket));
  }

  @Override
  public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
    Generation now = generations.current();
    return now.label(now.manager.chooseEngineClientAlias(keyType, issuers, engine));
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    Generation now = generations.current();
    return now.label(now.manager.chooseServerAlias(keyType, issuers, socket));
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    Generation now = generations.current();
    return now.label(now.manager.chooseEngineServerAlias(keyType, issuers, engine));
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    Generation now = generations.current();
    return now.label(now.manager.getClientAliases(keyType, issuers));
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    Generation now = generations.current();
    return now.label(now.manager.getServerAliases(keyType, issuers));
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    X509ExtendedKeyManager manager = managerOf(alias);
    return manager == null ? null : manager.getCertificateChain(plain(alias));
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    X509ExtendedKeyManager manager = managerOf(alias);
    return manager == null ? null : manager.getPrivateKey(plain(alias));
  }

  private X509ExtendedKeyManager managerOf(String alias) {
    int number = Integer.parseInt(alias.substring(0, alias.indexOf(SEPARATOR)));
    return generations.latest().numbered(number);
  }

  private static String plain(String alias) {
    return alias.substring(alias.indexOf(SEPARATOR) + 1);
  }
}
