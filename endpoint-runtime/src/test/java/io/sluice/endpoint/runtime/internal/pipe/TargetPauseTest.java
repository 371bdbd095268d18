/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.pipe.ScriptedEndpoint.ScriptedDelivery;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TargetPauseTest {

  private final ControlThread control = new ControlThread();

  /** What the timers of pauses have to do, run by the test. */
  private final BlockingQueue<Runnable> due = new LinkedBlockingQueue<>();

  private final AtomicInteger over = new AtomicInteger();
  private final TargetPause pause = new TargetPause(control, due::add, over::incrementAndGet);

  @AfterEach
  void stop() {
    control.close();
  }

  @Test
  void givesBackWhatItHoldsWhenItsTimeIsUp() throws Exception {
    ScriptedDelivery delivery = hold();

    due.poll(10, TimeUnit.SECONDS).run();

    assertThat(delivery.settlements).containsExactly("REQUEUE");
    assertThat(pause.isActive()).isFalse();
    assertThat(over).hasValue(1);
  }

  /** The former pause was ended early; its timer must not shorten the next one. */
  @Test
  void isEndedByNoTimerButItsOwn() throws Exception {
    hold();
    Runnable former = due.poll(10, TimeUnit.SECONDS);
    pause.end();
    ScriptedDelivery delivery = hold();

    former.run();

    assertThat(pause.isActive()).isTrue();
    assertThat(delivery.settlements).isEmpty();

    due.poll(10, TimeUnit.SECONDS).run();

    assertThat(delivery.settlements).containsExactly("REQUEUE");
    assertThat(over).hasValue(2);
  }

  private ScriptedDelivery hold() {
    ScriptedDelivery delivery = new ScriptedDelivery(Message.of("held"));
    pause.hold(delivery);
    return delivery;
  }
}
