/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A piece of work that runs on an executor whenever it was signalled, never concurrently with
 * itself. Work is done in slices, so that one busy task does not keep others from a shared
 * executor.
 *
 * <p>{@link #signal()} may be called by any thread, takes no lock and allocates nothing while the
 * task is running or queued. What happened before a signal is visible to the slice that follows it.
 */
public final class SerialTask {

  /** One slice of the work. */
  @FunctionalInterface
  public interface Slice {

    /**
     * Works for a bounded time. Must not throw.
     *
     * @return whether there is more to do: then the next slice follows after other tasks of the
     *     executor had their turn
     */
    boolean run();
  }

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(SerialTask.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Signals that come while a slice runs are served at once this often; then others have their
   * turn.
   */
  private static final int SLICES_A_TURN = 8;

  /** Neither queued nor running. */
  private static final int IDLE = 0;

  /** Running, and not signalled since the slice began. */
  private static final int RUNNING = 1;

  /** Queued, or running and signalled since the slice began. */
  private static final int SIGNALLED = 2;

  private final Executor executor;
  private final Slice slice;
  private final Runnable rejected;
  private final Runnable turn = this::takeTurn;

  private volatile int state = SIGNALLED;

  /**
   * A task that waits for {@link #start()}.
   *
   * @param executor must not run tasks on the thread that hands them over
   * @param slice the work
   * @param rejected runs once, in place of any later slice and as serially, when the executor
   *     refuses the task because it has been shut down; on the thread whose signal it refused
   */
  public SerialTask(Executor executor, Slice slice, Runnable rejected) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.slice = Objects.requireNonNull(slice, "slice");
    this.rejected = Objects.requireNonNull(rejected, "rejected");
  }

  /**
   * A task that waits for its first signal; needs no {@link #start()}. Parameters as for the
   * constructor.
   */
  public static SerialTask idle(Executor executor, Slice slice, Runnable rejected) {
    SerialTask task = new SerialTask(executor, slice, rejected);
    task.state = IDLE;
    return task;
  }

  /** Runs the first slice. Signals from before are done with it. To be called once. */
  public void start() {
    submit();
  }

  /** Makes a slice run after this call. */
  public void signal() {
    // Always a read-modify-write: the slice that overwrites the state sees what came before.
    if ((int) STATE.getAndSet(this, SIGNALLED) == IDLE) {
      submit();
    }
  }

  private void takeTurn() {
    for (int i = 0; i < SLICES_A_TURN; i++) {
      STATE.getAndSet(this, RUNNING);
      if (slice.run()) {
        break;
      }
      if (STATE.compareAndSet(this, RUNNING, IDLE)) {
        return;
      }
    }
    submit();
  }

  private void submit() {
    try {
      executor.execute(turn);
    } catch (RejectedExecutionException e) {
      do {
        STATE.getAndSet(this, RUNNING);
        rejected.run();
      } while (!STATE.compareAndSet(this, RUNNING, IDLE));
    }
  }
}
