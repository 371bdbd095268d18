/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** What a property of a store stands for: a file, or the content itself. Immutable. */
final class StoreContent {

  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final String PEM_MARK = "-----BEGIN ";

  private final String key;
  private final Path file;
  private final String inline;

  private StoreContent(String key, Path file, String inline) {
    this.key = key;
    this.file = file;
    this.inline = inline;
  }

  /**
   * The content of a file.
   *
   * @param key the dotted key of the property
   * @param location the file's path
   */
  static StoreContent inFile(String key, String location) {
    try {
      return new StoreContent(key, Path.of(location), null);
    } catch (InvalidPathException e) {
      throw new EndpointException(
          ErrorCode.INVALID_CONFIGURATION, key + " is no path of a file", false, e);
    }
  }

  /**
   * The content as it is written in the configuration: PEM text, or base64 of a binary store.
   *
   * @param key the dotted key of the property
   */
  static StoreContent inline(String key, String text) {
    return new StoreContent(key, null, text);
  }

  /** PEM text where the value looks like it, else the content of a file. */
  static StoreContent pemOrFile(String key, String value) {
    return value.contains(PEM_MARK) ? inline(key, value) : inFile(key, value);
  }

  /** The file, if it is one. */
  Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** The content as text. */
  String text() {
    return file == null ? inline : new String(readFile(), StandardCharsets.UTF_8);
  }

  /** The content as bytes; inline content is base64. */
  byte[] bytes() {
    if (file != null) {
      return readFile();
    }
    try {
      return Base64.getDecoder().decode(inline.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      // The cause is left out: it quotes the content.
      throw unusable("is not base64", null);
    }
  }

  /**
   * The error for content that does not serve. A file may be repaired without touching the
   * configuration, so that trying again makes sense; the configuration's own content may not.
   *
   * @param what goes on after the property's name
   * @param cause may be null; must not hold a secret
   */
  EndpointException unusable(String what, Exception cause) {
    return file == null
        ? new EndpointException(ErrorCode.INVALID_CONFIGURATION, this + " " + what, false, cause)
        : new EndpointException(ErrorCode.TLS_FAILED, this + " " + what, true, cause);
  }

  /** The property's key, and the file if it is one; never the content. */
  @Override
  public String toString() {
    return file == null ? key : key + " (file " + file + ")";
  }

  private byte[] readFile() {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unusable("is larger than " + MAX_BYTES + " bytes", null);
      }
      return bytes;
    } catch (IOException e) {
      throw unusable("cannot be read: " + e, e);
    }
  }
}
