/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.impl.AMQCommand;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client hands over while it reads, without a client. */
class ClientSocketTest {

  private final List<String> happened = new ArrayList<>();
  private final ClientSocket socket = new ClientSocket();
  private final Executor executor = new InPlaceExecutor(socket);
  private final EmbeddedChannel channel = new EmbeddedChannel(socket);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void whatIsHandedOverWithinAReadIsRunWhenItHasBeenPassedOn() {
    client(
        () -> {
          executor.execute(() -> happened.add("task"));
          happened.add("passed on");
        });
    socket.afterRead(() -> happened.add("read complete"));

    channel.writeInbound("bytes");

    assertThat(happened).containsExactly("passed on", "task", "read complete");
  }

  @Test
  void whatIsHandedOverByATaskIsRunAfterIt() {
    client(
        () ->
            executor.execute(
                () -> {
                  executor.execute(() -> happened.add("second"));
                  happened.add("first");
                }));

    channel.writeInbound("bytes");

    assertThat(happened).containsOnlyOnce("first", "second");
  }

  @Test
  void whatIsHandedOverOutsideOfAReadIsRunAtOnce() {
    executor.execute(() -> happened.add("task"));

    assertThat(happened).containsExactly("task");
  }

  @Test
  void aReadThatFailsRunsWhatWasHandedOver() {
    client(
        () -> {
          executor.execute(() -> happened.add("task"));
          throw new IllegalStateException("a frame is broken");
        });

    channel.pipeline().fireChannelRead("bytes");

    assertThat(happened).containsExactly("task");
  }

  /** The client queues a thousand; it would wait for room, and the event loop with it. */
  @Test
  void aReadOfManyMessagesRunsWhatWasHandedOverInBetween() {
    ClientConnection connection = new ClientConnection(socket);
    Command message = new AMQCommand(new AMQP.Basic.CancelOk.Builder().consumerTag("c").build());
    client(
        () -> {
          executor.execute(() -> happened.add("task"));
          for (int i = 0; i < 500; i++) {
            connection.read(message);
          }
          happened.add("passed on");
        });

    channel.writeInbound("bytes");

    assertThat(happened).containsExactly("task", "passed on");
  }

  private void client(Runnable reader) {
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object bytes) {
                reader.run();
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                // the tests look at what has happened
              }
            });
  }
}
