package io.sluice.endpoint.runtime.internal.control;

import io.sluice.endpoint.ErrorCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Calls into plugins that may hang or throw anything, and callbacks into hosts that no plugin thread
 * carries. They run on daemon threads {@code sluice-runtime-plugin-N}, made when needed and gone
 * seconds after, so that what a plugin leaves in thread-locals goes with them.
 *
 * <p>Threads are always made by the control thread: a thread inherits the access control context of
 * its maker, and a plugin's would pin the plugin's class loader.
 */
public final class PluginCalls implements AutoCloseable {

  private static final long IDLE_SECONDS = 2;

  private final ControlThread control;
  private final ThreadPoolExecutor threads;
  private final AtomicInteger made = new AtomicInteger();

  public PluginCalls(ControlThread control) {
    this.control = control;
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            this::newThread);
  }

  private Thread newThread(Runnable work) {
    String name = "sluice-runtime-plugin-" + made.incrementAndGet();
    Thread thread = new Thread(null, work, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(PluginCalls.class.getClassLoader());
    return thread;
  }

  /**
   * Calls a plugin. Any thread.
   *
   * @param what names the call in the exception of one that took too long, such as {@code start}
   * @param loader the plugin's class loader, which is the call's context class loader
   * @param limit after it the call's thread is interrupted and abandoned
   * @param work the call
   * @param late takes the result of an abandoned call, to be released; runs like the call
   * @return completes on the control thread, always within the limit; fails with a {@link
   *     DetachedException}. Whoever completes it first abandons the call.
   */
  public <T> CompletableFuture<T> call(
      String what, ClassLoader loader, Duration limit, Callable<T> work, Consumer<T> late) {
    Call<T> call = new Call<>(loader, work, late);
    call.result.whenComplete((value, error) -> call.abandon());
    control.execute(
        () -> {
          Future<?> timer = control.schedule(() -> call.expire(what, limit), limit);
          call.result.whenComplete((value, error) -> timer.cancel(false));
          start(call);
        });
    return call.result;
  }

  private void start(Call<?> call) {
    try {
      threads.execute(call);
    } catch (RejectedExecutionException e) {
      call.result.completeExceptionally(
          new DetachedException(ErrorCode.ENDPOINT_STOPPED, "the runtime has stopped", false));
    }
  }

  /** Runs callbacks of hosts, each on a thread of its own. Any thread may hand one in. */
  public Executor callbacks() {
    return task -> control.execute(() -> threads.execute(task));
  }

  /** Interrupts what still runs; later calls fail. Does not wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** One call. The result is completed on the control thread, by the call or by its expiry. */
  private final class Call<T> implements Runnable {

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final ClassLoader loader;
    private final Callable<T> work;
    private final Consumer<T> late;
    private Thread runner;

    Call(ClassLoader loader, Callable<T> work, Consumer<T> late) {
      this.loader = loader;
      this.work = work;
      this.late = late;
    }

    @Override
    public void run() {
      if (!begin()) {
        return;
      }
      ClassLoader previous = ContextLoader.enter(loader);
      try {
        T value = work.call();
        end();
        control.execute(() -> deliver(value));
      } catch (Throwable e) { // a plugin may throw anything, LinkageError included
        end();
        RuntimeException detached = DetachedException.of(e);
        control.execute(() -> result.completeExceptionally(detached));
      } finally {
        ContextLoader.leave(previous);
      }
    }

    private void deliver(T value) {
      if (!result.complete(value)) {
        threads.execute(() -> late.accept(value));
      }
    }

    private synchronized boolean begin() {
      if (result.isDone()) {
        return false;
      }
      runner = Thread.currentThread();
      return true;
    }

    private synchronized void end() {
      runner = null;
      Thread.interrupted(); // meant for the work that is over
    }

    private synchronized void abandon() {
      if (runner != null) {
        runner.interrupt();
      }
    }

    private void expire(String what, Duration limit) {
      String message = what + " did not return within " + limit.toMillis() + " ms";
      result.completeExceptionally(new DetachedException(ErrorCode.TIMEOUT, message, true));
    }
  }
}
