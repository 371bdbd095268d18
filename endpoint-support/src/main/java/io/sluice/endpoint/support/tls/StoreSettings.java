/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.schema.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How a trust store or key store is configured. Immutable. */
final class StoreSettings {

  /** The formats of stores, as configurations name them. */
  enum Type {
    NONE,
    PEM,
    JKS,
    PKCS12
  }

  static final StoreSettings NONE = new StoreSettings("", Type.NONE, null, null, null, null, null);

  private final String key;
  private final Type type;
  private final StoreContent content;
  private final String password;
  private final StoreContent certificateChain;
  private final String keyPassword;
  private final String alias;

  private StoreSettings(
      String key,
      Type type,
      StoreContent content,
      String password,
      StoreContent certificateChain,
      String keyPassword,
      String alias) {
    this.key = key;
    this.type = type;
    this.content = content;
    this.password = password;
    this.certificateChain = certificateChain;
    this.keyPassword = keyPassword;
    this.alias = alias;
  }

  /**
   * Reads the section of a trust store.
   *
   * @param key the section's dotted key, for errors
   */
  static StoreSettings trustStore(Settings section, String key) {
    Type type = section.choice("type", Type.class);
    return type == Type.NONE
        ? NONE
        : new StoreSettings(
            key,
            type,
            content(section, key, "certificates"),
            section.optionalText("password").orElse(null),
            null,
            null,
            null);
  }

  /**
   * Reads the section of a key store.
   *
   * @param key the section's dotted key, for errors
   */
  static StoreSettings keyStore(Settings section, String key) {
    Type type = section.choice("type", Type.class);
    return type == Type.NONE
        ? NONE
        : new StoreSettings(
            key,
            type,
            content(section, key, "key"),
            section.optionalText("password").orElse(null),
            section
                .optionalText("certificateChain")
                .map(chain -> StoreContent.pemOrFile(key + ".certificateChain", chain))
                .orElse(null),
            section.optionalText("keyPassword").orElse(null),
            section.optionalText("alias").orElse(null));
  }

  private static StoreContent content(Settings section, String key, String inlineKey) {
    Optional<String> location = section.optionalText("location");
    Optional<String> inline = section.optionalText(inlineKey);
    if (location.isPresent() == inline.isPresent()) {
      throw new EndpointException(
          ErrorCode.INVALID_CONFIGURATION,
          key + " needs either " + key + ".location or " + key + "." + inlineKey);
    }
    return location.isPresent()
        ? StoreContent.inFile(key + ".location", location.get())
        : StoreContent.inline(key + "." + inlineKey, inline.get());
  }

  /** The section's dotted key. */
  String key() {
    return key;
  }

  Type type() {
    return type;
  }

  /** The store; null for {@link Type#NONE} only. */
  StoreContent content() {
    return content;
  }

  /** The certificates of a PEM key that stand elsewhere than with the key. */
  Optional<StoreContent> certificateChain() {
    return Optional.ofNullable(certificateChain);
  }

  /** The password of the store; null if it has none. */
  char[] password() {
    return password == null ? null : password.toCharArray();
  }

  /** The password of the key: without one of its own that of the store; null if there is none. */
  char[] keyPassword() {
    return keyPassword == null ? password() : keyPassword.toCharArray();
  }

  /** Which entry of a key store to use. */
  Optional<String> alias() {
    return Optional.ofNullable(alias);
  }

  /** The files that the store is read from. */
  List<Path> files() {
    return Stream.of(Optional.ofNullable(content), certificateChain())
        .flatMap(Optional::stream)
        .flatMap(content -> content.file().stream())
        .toList();
  }
}
