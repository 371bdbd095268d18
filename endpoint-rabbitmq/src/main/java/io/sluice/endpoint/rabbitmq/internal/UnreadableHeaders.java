/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes the properties off messages whose headers the client cannot read, and remembers that. The
 * client would end the connection for each of them, and the broker would send it again at once.
 *
 * <p>Stands between the client's decoder of frames and what reads them. Belongs to the event loop
 * of the connection.
 */
final class UnreadableHeaders extends ChannelInboundHandlerAdapter {

  private static final int CHANNEL_AT = 1;
  private static final int LENGTH_AT = 3;
  private static final int PAYLOAD_AT = 7;
  private static final int END_BYTES = 1;

  /** Channels whose message that is being read has had such headers. */
  private final Set<Integer> channels = new HashSet<>();

  /** Whether the message that has just come over a channel had headers that cannot be read. */
  boolean take(int channel) {
    return !channels.isEmpty() && channels.remove(channel);
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

  /** The same frame without properties. */
  private ByteBuf bare(ChannelHandlerContext context, ByteBuf frame) {
    int begin = frame.readerIndex();
    channels.add(frame.getUnsignedShort(begin + CHANNEL_AT));
    int kept = PAYLOAD_AT + ContentHeader.BEFORE_FLAGS;
    return context
        .alloc()
        .buffer()
        .writeBytes(frame, begin, LENGTH_AT)
        .writeInt(ContentHeader.BEFORE_FLAGS + 2)
        .writeBytes(frame, begin + PAYLOAD_AT, kept - PAYLOAD_AT)
        .writeShort(0) // no property follows
        .writeByte(AMQP.FRAME_END);
  }
}
