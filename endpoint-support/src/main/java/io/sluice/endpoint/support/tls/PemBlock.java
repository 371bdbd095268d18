/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One block of PEM text (RFC 7468): a label and its bytes. */
final class PemBlock {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private final String label;
  private final byte[] der;

  private PemBlock(String label, byte[] der) {
    this.label = label;
    this.der = der;
  }

  /**
   * The blocks of a text in order; what stands between them is ignored.
   *
   * @throws IllegalArgumentException if a block is not base64, or is a key encrypted the way that
   *     OpenSSL did before PKCS#8
   */
  static List<PemBlock> parse(String text) {
    List<PemBlock> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new PemBlock(matcher.group(1), decode(matcher.group(1), matcher.group(2))));
    }
    return blocks;
  }

  private static byte[] decode(String label, String body) {
    if (body.contains("Proc-Type:")) {
      throw new IllegalArgumentException(
          "holds a key in OpenSSL's old encryption; convert it with 'openssl pkcs8 -topk8'");
    }
    try {
      return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      // The cause is left out: it quotes the content.
      throw new IllegalArgumentException("holds a block " + label + " that is not base64");
    }
  }

  boolean isCertificate() {
    return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
  }

  boolean isPrivateKey() {
    return label.endsWith("PRIVATE KEY");
  }

  /** What the bytes are, such as {@code EC PRIVATE KEY}. */
  String label() {
    return label;
  }

  byte[] der() {
    return der;
  }
}
