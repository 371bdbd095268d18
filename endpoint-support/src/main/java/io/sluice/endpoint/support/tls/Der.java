/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One element of ASN.1 in its distinguished encoding (X.690): as much of it as keys need. */
final class Der {

  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_ID = 0x06;
  static final int SEQUENCE = 0x30;

  private final int tag;
  private final byte[] content;

  private Der(int tag, byte[] content) {
    this.tag = tag;
    this.content = content;
  }

  static Der of(int tag, byte[] content) {
    return new Der(tag, content);
  }

  static Der sequence(Der... elements) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Der element : elements) {
      content.writeBytes(element.encoded());
    }
    return new Der(SEQUENCE, content.toByteArray());
  }

  /**
   * Reads one element.
   *
   * @throws InvalidKeyException if the bytes are no whole element
   */
  static Der parse(byte[] bytes) throws InvalidKeyException {
    List<Der> elements = parseAll(bytes);
    if (elements.size() != 1) {
      throw new InvalidKeyException("not one ASN.1 element");
    }
    return elements.get(0);
  }

  private static List<Der> parseAll(byte[] bytes) throws InvalidKeyException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Der> elements = new ArrayList<>();
    try {
      while (in.hasRemaining()) {
        int tag = in.get() & 0xff;
        int length = length(in);
        if (length < 0 || length > in.remaining()) {
          throw new InvalidKeyException("broken ASN.1: an element is longer than its container");
        }
        byte[] content = new byte[length];
        in.get(content);
        elements.add(new Der(tag, content));
      }
    } catch (BufferUnderflowException e) {
      throw new InvalidKeyException("broken ASN.1: it ends inside an element", e);
    }
    return elements;
  }

  private static int length(ByteBuffer in) throws InvalidKeyException {
    int first = in.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int octets = first & 0x7f;
    if (octets == 0 || octets > 4) {
      throw new InvalidKeyException("broken ASN.1: impossible length");
    }
    int length = 0;
    for (int i = 0; i < octets; i++) {
      length = length << 8 | in.get() & 0xff;
    }
    return length;
  }

  int tag() {
    return tag;
  }

  /** The elements that this one holds. */
  List<Der> elements() throws InvalidKeyException {
    return parseAll(content);
  }

  /** The element of a constructed one at a position. */
  Der element(int index) throws InvalidKeyException {
    List<Der> elements = elements();
    if (index >= elements.size()) {
      throw new InvalidKeyException("broken ASN.1: an element is missing");
    }
    return elements.get(index);
  }

  byte[] encoded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      byte[] length = minimal(content.length);
      out.write(0x80 | length.length);
      out.writeBytes(length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** The dotted text of an object identifier, as JCA takes it for the name of an algorithm. */
  String objectId() throws InvalidKeyException {
    if (tag != OBJECT_ID || content.length == 0) {
      throw new InvalidKeyException("broken ASN.1: not an object identifier");
    }
    int first = Math.min((content[0] & 0xff) / 40, 2);
    StringBuilder text = new StringBuilder().append(first).append('.');
    text.append((content[0] & 0xff) - 40 * first);
    long arc = 0;
    for (int i = 1; i < content.length; i++) {
      arc = arc << 7 | content[i] & 0x7f;
      if (content[i] >= 0) {
        text.append('.').append(arc);
        arc = 0;
      }
    }
    return text.toString();
  }

  private static byte[] minimal(int length) {
    byte[] bytes = BigInteger.valueOf(length).toByteArray();
    return bytes[0] != 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
  }
}
