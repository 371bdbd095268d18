/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** The client's own encoder and decoder, without a broker between them. */
final class Wire {

  private static final int CLASS_ID_BYTES = 2;

  private Wire() {}

  /** Properties as a consumer gets them. */
  static AMQP.BasicProperties transport(AMQP.BasicProperties properties) {
    try {
      byte[] frame = properties.toFrame(1, 0).getPayload();
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame));
      in.skipNBytes(CLASS_ID_BYTES);
      return new AMQP.BasicProperties(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A table as a consumer gets it. */
  static Map<String, Object> transport(Map<String, Object> table) {
    return transport(new AMQP.BasicProperties.Builder().headers(table).build()).getHeaders();
  }
}
