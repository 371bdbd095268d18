/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.netty.buffer.ByteBuf;

/**
 * A walk over the content header of a message, as AMQP 0-9-1 writes it, that tells whether the
 * client can read its table of headers. Reads no values and allocates nothing but itself.
 */
final class ContentHeader {

  /** Class, weight and size of the body. */
  static final int BEFORE_FLAGS = 12;

  private static final int FLAGS_BYTES = 2;
  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;

  /** The client reads no table or list within more of them than this. */
  private static final int MAX_NESTING = 32;

  private static final int LENGTH_BYTES = 4;

  private final ByteBuf frame;
  private int at;

  private ContentHeader(ByteBuf frame, int begin) {
    this.frame = frame;
    this.at = begin;
  }

  /**
   * Whether the client can read the headers, or there are none.
   *
   * @param begin where the content header begins in the buffer
   * @param end where it ends
   */
  static boolean isReadable(ByteBuf frame, int begin, int end) {
    int flags = frame.getUnsignedShort(begin + BEFORE_FLAGS);
    if ((flags & HEADERS) == 0) {
      return true;
    }
    ContentHeader walk = new ContentHeader(frame, begin + BEFORE_FLAGS + FLAGS_BYTES);
    return ((flags & CONTENT_TYPE) == 0 || walk.skipShortText(end))
        && ((flags & CONTENT_ENCODING) == 0 || walk.skipShortText(end))
        && walk.skipNested(true, end, 0);
  }

  /** Each of these returns false if the client would fail, or read beyond a limit. */
  private boolean skipShortText(int limit) {
    return at < limit && skip(1 + frame.getUnsignedByte(at), limit);
  }

  private boolean skipLongText(int limit) {
    return has(LENGTH_BYTES, limit) && skip(LENGTH_BYTES + frame.getUnsignedInt(at), limit);
  }

  private boolean skipNested(boolean named, int limit, int nesting) {
    if (nesting > MAX_NESTING || !has(LENGTH_BYTES, limit)) {
      return false;
    }
    long length = frame.getUnsignedInt(at);
    at += LENGTH_BYTES;
    if (length > limit - at) {
      return false;
    }
    int inner = at + (int) length;
    while (at < inner) {
      if (named && !skipShortText(inner) || !skipValue(inner, nesting + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean skipValue(int limit, int nesting) {
    if (at >= limit) {
      return false;
    }
    return switch (frame.getByte(at++)) {
      case 'S', 'x' -> skipLongText(limit);
      case 'F' -> skipNested(true, limit, nesting);
      case 'A' -> skipNested(false, limit, nesting);
      case 'T', 'd', 'l' -> skip(8, limit);
      case 'D' -> skip(5, limit);
      case 'I', 'i', 'f' -> skip(4, limit);
      case 's', 'u' -> skip(2, limit);
      case 'b', 'B', 't' -> skip(1, limit);
      case 'V' -> true;
      default -> false;
    };
  }

  private boolean skip(long bytes, int limit) {
    if (bytes > limit - at) {
      return false;
    }
    at += (int) bytes;
    return true;
  }

  private boolean has(int bytes, int limit) {
    return bytes <= limit - at;
  }
}
