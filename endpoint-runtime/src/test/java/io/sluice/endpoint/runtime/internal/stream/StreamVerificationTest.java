/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.runtime.internal.endpoint.Hosting;
import io.sluice.endpoint.runtime.internal.endpoint.Tape;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/**
 * The Reactive Streams rules for a handle's streams: with one generation, and with one that is
 * replaced again and again while the rules are checked.
 *
 * <p>Skipped by the TCK itself: the rules whose names begin with {@code untested_}, which it lists
 * and cannot test; and the optional ones of rule 1.11, as each subscription is a consumer of its
 * own.
 */
@Test
public class StreamVerificationTest extends FlowPublisherVerification<Delivery> {

  private final boolean swaps;
  private final List<Hosting> open = new ArrayList<>();
  private final List<Swapper> swappers = new ArrayList<>();

  @Factory
  public static Object[] suites() {
    return new Object[] {new StreamVerificationTest(false), new StreamVerificationTest(true)};
  }

  public StreamVerificationTest() {
    this(false);
  }

  private StreamVerificationTest(boolean swaps) {
    super(new TestEnvironment(1500, 100));
    this.swaps = swaps;
  }

  @AfterMethod(alwaysRun = true)
  void closeEndpoints() {
    swappers.forEach(Swapper::finish);
    swappers.clear();
    open.forEach(Hosting::close);
    open.clear();
  }

  @Override
  public Flow.Publisher<Delivery> createFlowPublisher(long elements) {
    closeEndpoints(); // a test may take one publisher after the other
    Tape tape = new Tape();
    tape.length = elements;
    Hosting hosting = hosting();
    hosting.arrive(plugin(tape), "1.0.0");
    if (swaps) {
      Swapper swapper = new Swapper(hosting, tape);
      swappers.add(swapper);
      swapper.start();
    }
    return hosting.handle.consume(ConsumeRequest.of(Qos.AUTO));
  }

  @Override
  public Flow.Publisher<Delivery> createFailedFlowPublisher() {
    Hosting hosting = hosting();
    hosting.configure(Map.of("modes", List.of("PUBLISH"))).arrive(plugin(new Tape()), "1.0.0");
    return hosting.handle.consume(ConsumeRequest.defaults());
  }

  private Hosting hosting() {
    Hosting hosting = new Hosting();
    open.add(hosting);
    return hosting;
  }

  private static FakePlugin plugin(Tape tape) {
    FakePlugin plugin = new FakePlugin(tape, false);
    plugin.completes = true;
    return plugin;
  }

  /** Brings a better version all the time. */
  private static final class Swapper extends Thread {

    private final Hosting hosting;
    private final Tape tape;
    private volatile boolean done;

    Swapper(Hosting hosting, Tape tape) {
      this.hosting = hosting;
      this.tape = tape;
    }

    @Override
    public void run() {
      FakePlugin former = null;
      for (int i = 1; !done; i++) {
        FakePlugin next = plugin(tape);
        String version = "1." + i + ".0";
        hosting.arrive(next, version);
        while (!done && hosting.hosted.version().filter(version::equals).isEmpty()) {
          LockSupport.parkNanos(100_000);
        }
        if (former != null) {
          hosting.leave(former);
        }
        former = next;
      }
    }

    void finish() {
      done = true;
      try {
        join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
