/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Takes the properties off messages whose headers the client cannot read, and remembers that. The
 * client would end the connection for each of them, and the broker would send it again at once.
 *
 * <p>Stands between the client's decoder of frames and what reads them. Belongs to the event loop
 * of the connection.
 */
final class UnreadableHeaders extends ChannelInboundHandlerAdapter {

  private static final int LENGTH_AT = 3;
  private static final int PAYLOAD_AT = 7;
  private static final int END_BYTES = 1;

  /** The bit of the property cluster id, which AMQP 0-9-1 does not use any more. */
  private static final int CLUSTER_ID = 1 << 2;

  /** Nobody else knows it. */
  private final String mark = UUID.randomUUID().toString();

  /** Whether these are the properties of a message whose headers cannot be read. */
  boolean isMarked(AMQP.BasicProperties properties) {
    return mark.equals(properties.getClusterId());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    Object passed = read;
    if (read instanceof ByteBuf frame && isHeader(frame) && !isReadable(frame)) {
      passed = bare(context, frame);
      frame.release();
    }
    context.fireChannelRead(passed);
  }

  private static boolean isHeader(ByteBuf frame) {
    return frame.readableBytes() >= PAYLOAD_AT + ContentHeader.BEFORE_FLAGS + 2 + END_BYTES
        && frame.getByte(frame.readerIndex()) == AMQP.FRAME_HEADER;
  }

  private static boolean isReadable(ByteBuf frame) {
    int begin = frame.readerIndex();
    int end = begin + frame.readableBytes() - END_BYTES;
    return ContentHeader.isReadable(frame, begin + PAYLOAD_AT, end);
  }

  /** The same frame with a mark in place of the properties. */
  private ByteBuf bare(ChannelHandlerContext context, ByteBuf frame) {
    int begin = frame.readerIndex();
    int kept = PAYLOAD_AT + ContentHeader.BEFORE_FLAGS;
    return context
        .alloc()
        .buffer()
        .writeBytes(frame, begin, LENGTH_AT)
        .writeInt(ContentHeader.BEFORE_FLAGS + 2 + 1 + mark.length())
        .writeBytes(frame, begin + PAYLOAD_AT, kept - PAYLOAD_AT)
        .writeShort(CLUSTER_ID)
        .writeByte(mark.length())
        .writeBytes(mark.getBytes(StandardCharsets.US_ASCII))
        .writeByte(AMQP.FRAME_END);
  }
}
