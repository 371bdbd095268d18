/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.ProxyResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bodies of exchanges: bytes in buffers. */
final class Bodies {

  private Bodies() {}

  /** A subscriber that has asked for a whole body. */
  static RecordingSubscriber<ByteBuffer> read(ProxyResponse response) {
    RecordingSubscriber<ByteBuffer> body = new RecordingSubscriber<>();
    response.body().subscribe(body);
    body.request(Long.MAX_VALUE);
    return body;
  }

  /** Buffers of a size, but for the last. */
  static List<ByteBuffer> chunks(byte[] bytes, int size) {
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int start = 0; start < bytes.length; start += size) {
      chunks.add(ByteBuffer.wrap(bytes, start, Math.min(size, bytes.length - start)).slice());
    }
    return chunks;
  }

  /** What buffers hold, one after the other. */
  static byte[] bytes(List<ByteBuffer> buffers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer buffer : buffers) {
      byte[] chunk = new byte[buffer.remaining()];
      buffer.duplicate().get(chunk);
      bytes.writeBytes(chunk);
    }
    return bytes.toByteArray();
  }
}
