/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import com.rabbitmq.perf.MulticastParams;
import com.rabbitmq.perf.MulticastSet;
import com.rabbitmq.perf.metrics.PerformanceMetrics;
import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.benchmarks.endpoint.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * RabbitMQ PerfTest in this JVM, with one producer or one consumer, set as the endpoint's defaults
 * set it. It keeps no statistics but our clock.
 */
public final class PerfTest implements Contestant {

  private static final int PATIENCE_SECONDS = 120;

  private final TestQueue queue;
  private final Role role;

  private enum Role {
    CONSUMER,
    PRODUCER
  }

  private PerfTest(TestQueue queue, Role role) {
    this.queue = queue;
    this.role = role;
  }

  /** As with {@code -x 0 -y 1 -q … -A …}. */
  public static Contestant consumer(TestQueue queue) {
    return new PerfTest(queue, Role.CONSUMER);
  }

  /** As with {@code -x 1 -y 0 -c … -s … -f persistent -f mandatory}. */
  public static Contestant producer(TestQueue queue) {
    return new PerfTest(queue, Role.PRODUCER);
  }

  @Override
  public String name() {
    return "PerfTest";
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    Progress progress = new Progress(messages, clock);
    MulticastParams params = role == Role.CONSUMER ? consuming(messages) : producing(messages);
    new MulticastSet(progress, queue.factory(), params, List.of(uri()), progress).run();
    progress.check();
  }

  private MulticastParams consuming(long messages) {
    MulticastParams params = params(0, 1);
    params.setConsumerMsgCount((int) messages);
    params.setConsumerPrefetch(Flow.PREFETCH);
    params.setMultiAckEvery(Flow.ACKNOWLEDGE_EVERY);
    return params;
  }

  private MulticastParams producing(long messages) {
    MulticastParams params = params(1, 0);
    params.setProducerMsgCount((int) messages);
    params.setConfirm(Flow.CONFIRMS);
    params.setMinMsgSize(Payload.SIZE);
    params.setFlags(List.of("persistent", "mandatory"));
    return params;
  }

  private MulticastParams params(int producers, int consumers) {
    MulticastParams params = new MulticastParams();
    params.setProducerCount(producers);
    params.setConsumerCount(consumers);
    params.setPredeclared(true);
    params.setExchangeName("");
    params.setQueueNames(List.of(queue.name()));
    params.setRoutingKey(queue.name());
    return params;
  }

  private String uri() {
    return "amqp://guest:guest@%s:%d/%%2F".formatted(queue.host(), queue.port());
  }

  /** Counts; each count has one thread. */
  private static final class Progress
      implements PerformanceMetrics, MulticastSet.CompletionHandler {

    private final long messages;
    private final Clock clock;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean refused;
    private long sent;
    private long settled;

    Progress(long messages, Clock clock) {
      this.messages = messages;
      this.clock = clock;
    }

    /** Fails if the last message is not done. */
    void check() {
      if (done.getCount() > 0 || refused) {
        throw new IllegalStateException("PerfTest has done %d messages".formatted(settled));
      }
    }

    @Override
    public void published() {
      if (sent++ == 0) {
        clock.start();
      }
    }

    @Override
    public void confirmed(int count, long[] latencies) {
      settled(count);
    }

    @Override
    public void received(long latency) {
      if (settled == 0) {
        clock.start();
      }
      settled(1);
    }

    private void settled(int count) {
      settled += count;
      if (settled == messages) {
        clock.stop();
        done.countDown();
      }
    }

    @Override
    public void nacked(int count) {
      refused = true;
    }

    @Override
    public void returned() {
      refused = true;
    }

    @Override
    public void waitForCompletion() throws InterruptedException {
      done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void countDown(String reason) {
      // a producer has sent all, but not every confirmation is there
    }

    @Override
    public Duration interval() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void start() {
      // the clock starts with the first message
    }

    @Override
    public void resetGlobals() {
      // nothing is kept
    }
  }
}
