/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The TCP connection below a connection of the client: tells when a read is over and when there is
 * room to write, and stops reading while consumers have more than they may hold.
 *
 * <p>Belongs to the event loop of the connection, but for {@link #hangUp}, which any thread may
 * call, and for what is volatile.
 */
final class ClientSocket extends ChannelInboundHandlerAdapter {

  private static final Duration SOON = Duration.ofMillis(2);

  private final UnreadableHeaders unreadable = new UnreadableHeaders();
  private final Set<Object> full = new HashSet<>();
  private int needed;
  private final Queue<Runnable> later = new ArrayDeque<>();
  private boolean passing;
  private List<Runnable> afterRead = new ArrayList<>();
  private ChannelHandlerContext context;
  private Future<?> keptAlive;

  private volatile Channel channel;
  private volatile boolean hungUp;
  private volatile Duration heartbeat = Duration.ZERO;
  private volatile Runnable onWritable = () -> {};

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    channel = added.channel();
    if (hungUp) {
      channel.close();
    }
  }

  /** What to do when there is room to write again; on the event loop. */
  void onWritable(Runnable action) {
    onWritable = action;
  }

  /**
   * The interval of heartbeats that was negotiated; zero for none. The client ends a connection
   * that is silent for twice as long, as AMQP says; its bound for the handshake, which it sets to
   * one interval then, is taken away, or a broker that sends no more than it must would be lost
   * whenever there is nothing to say.
   */
  void heartbeat(Duration negotiated) {
    heartbeat = negotiated;
    if (pipeline().get(ReadTimeoutHandler.class) != null) {
      pipeline().remove(ReadTimeoutHandler.class);
    }
  }

  /**
   * Runs a task on the event loop after a moment: two milliseconds. Any thread.
   *
   * @throws RejectedExecutionException when the bundle has stopped
   */
  void soon(Runnable task) {
    channel.eventLoop().schedule(task, SOON.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks at the headers of messages before the client does. Called when it is connected. */
  void guardHeaders() {
    String decoder = pipeline().context(LengthFieldBasedFrameDecoder.class).name();
    pipeline().addAfter(decoder, "headers", unreadable);
  }

  /** The messages whose headers the client could not read. */
  UnreadableHeaders unreadable() {
    return unreadable;
  }

  private ChannelPipeline pipeline() {
    return channel.pipeline();
  }

  /** Whether the next message can be written without more memory than TCP asks for. */
  boolean isWritable() {
    Channel present = channel;
    return present != null && present.isWritable();
  }

  /** Runs an action once when what was read now has been passed on. */
  void afterRead(Runnable action) {
    afterRead.add(action);
  }

  /**
   * Runs a task when the client has been given what it is being given now. Any thread.
   *
   * @return false if it is given nothing on this thread; the task is not run then
   */
  boolean runLater(Runnable task) {
    Channel present = channel;
    if (present == null || !present.eventLoop().inEventLoop() || !passing) {
      return false;
    }
    later.add(task);
    return true;
  }

  /** Runs now what was to be run later. */
  void runLaterNow() {
    for (Runnable next = later.poll(); next != null; next = later.poll()) {
      next.run();
    }
  }

  /** A consumer holds all it may: hardly anything is read for any until it has room. */
  void pauseReading(Object consumer) {
    full.add(consumer);
    readOrNot();
  }

  /** A consumer has room again, or is over. */
  void resumeReading(Object consumer) {
    full.remove(consumer);
    readOrNot();
  }

  /** An answer of the broker is waited for, or not any more: all before it has to be read. */
  void needReading(boolean now) {
    needed += now ? 1 : -1;
    readOrNot();
  }

  private void readOrNot() {
    boolean reads = full.isEmpty() || needed > 0;
    if (reads == channel.config().isAutoRead()) {
      return;
    }
    channel.config().setAutoRead(reads);
    if (reads) {
      keptAlive.cancel(false);
    } else {
      keepAlive();
    }
  }

  /** Breaks the connection at once, also one that is being made. Any thread. */
  void hangUp() {
    hungUp = true;
    Channel present = channel;
    if (present != null) {
      present.close();
    }
  }

  /**
   * The client would take the silence for the death of the broker. Each time its decoder asks for a
   * little more from the network.
   */
  private void keepAlive() {
    Duration silence = heartbeat.isZero() ? Duration.ofMinutes(1) : heartbeat;
    long period = Math.max(1, silence.toMillis() / 4);
    keptAlive =
        context
            .executor()
            .scheduleAtFixedRate(this::pretendRead, period, period, TimeUnit.MILLISECONDS);
  }

  private void pretendRead() {
    context.fireChannelRead(Unpooled.EMPTY_BUFFER);
    context.fireChannelReadComplete();
  }

  @Override
  public void channelRead(ChannelHandlerContext now, Object bytes) {
    passing = true;
    try {
      now.fireChannelRead(bytes);
    } finally {
      passing = false;
      runLaterNow();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext now) {
    if (!afterRead.isEmpty()) {
      List<Runnable> actions = afterRead;
      afterRead = new ArrayList<>();
      actions.forEach(Runnable::run);
    }
    now.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext now) {
    now.fireChannelWritabilityChanged();
    if (now.channel().isWritable()) {
      onWritable.run();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext now) {
    if (keptAlive != null) {
      keptAlive.cancel(false);
    }
    now.fireChannelInactive();
  }
}
