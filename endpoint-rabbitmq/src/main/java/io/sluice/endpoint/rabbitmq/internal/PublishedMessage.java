/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A message as the client publishes it.
 *
 * @param exchange empty for the default exchange
 * @param body not null; must not be written
 */
record PublishedMessage(
    String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body) {

  /**
   * More than the frame of a content header takes without its table: its ends, the flags, ten short
   * texts and three numbers.
   */
  private static final int MAX_WITHOUT_HEADERS = 10 * (1 + ShortText.MAX_BYTES) + 64;

  private static final int MAX_BYTES_PER_CHAR = 3;

  /**
   * Whether headers and properties fit the one frame that they must travel in.
   *
   * @param frameMax the largest frame that was negotiated, in bytes, at least 4096; 0 for no limit
   */
  boolean headersFit(int frameMax) {
    return frameMax == 0 || headerFrameBound() <= frameMax || headerFrameSize() <= frameMax;
  }

  /** Cheap, and seldom too much by more than a few kilobytes. */
  private long headerFrameBound() {
    return MAX_WITHOUT_HEADERS + RabbitmqHeaders.size(properties.getHeaders(), MAX_BYTES_PER_CHAR);
  }

  private int headerFrameSize() {
    try {
      return properties.toFrame(0, body.length).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it writes to memory
    }
  }
}
