/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.BoundedExecutor;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls into plugins that may hang or throw anything, and callbacks into hosts that no plugin
 * thread carries. They run on daemon threads {@code sluice-runtime-plugin-call-N}, made when needed
 * and gone seconds after, so that what a plugin leaves in thread-locals goes with them.
 *
 * <p>Both are bounded, and each {@linkplain #forOwner owner} has only a share of the places for
 * callbacks. What hangs gives its place up in the end, though it keeps its thread.
 */
public final class PluginCalls implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PluginCalls.class);
  private static final long IDLE_TIMEOUT_SECONDS = 2;
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  /** Calls into plugins at a time: most last for milliseconds, and many wait for a backend. */
  private static final int MAX_CALLS = 32;

  /** Callbacks at a time, and how many of them one owner may have. */
  private static final int MAX_CALLBACKS = 32;

  private static final int MAX_CALLBACKS_OF_OWNER = 8;
  private static final Duration CALLBACK_LIMIT = Duration.ofSeconds(30);

  private final ControlThread control;
  private final ThreadPoolExecutor threads;
  private final CallPlaces places;
  private final Set<Call<?>> running;
  private final Executor allCallbacks;
  private final Executor callbacks;

  /** Calls whose outcomes arrive on the control thread. */
  public PluginCalls(ControlThread control) {
    this(
        control,
        EndpointThreads.of("runtime", "plugin", ContextClassLoader.of(PluginCalls.class))
            .forPurpose("call"));
  }

  /** For tests. */
  public PluginCalls(ControlThread control, ThreadFactory factory) {
    this.control = control;
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_TIMEOUT_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory);
    this.places = new CallPlaces(MAX_CALLS);
    this.running = ConcurrentHashMap.newKeySet();
    this.allCallbacks = bounded(threads, MAX_CALLBACKS);
    this.callbacks = bounded(allCallbacks, MAX_CALLBACKS_OF_OWNER);
  }

  private PluginCalls(PluginCalls shared) {
    this.control = shared.control;
    this.threads = shared.threads;
    this.places = shared.places;
    this.running = shared.running;
    this.allCallbacks = shared.allCallbacks;
    this.callbacks = bounded(allCallbacks, MAX_CALLBACKS_OF_OWNER);
  }

  private Executor bounded(Executor pool, int count) {
    return new BoundedExecutor(pool, count, CALLBACK_LIMIT.toNanos(), this::afterCallbackLimit);
  }

  private void afterCallbackLimit(Runnable look) {
    try {
      control.schedule(look, CALLBACK_LIMIT);
    } catch (RejectedExecutionException e) {
      LOG.debug("The runtime has stopped; callbacks that hang are not looked for");
    }
  }

  /** The same threads for an endpoint or a pipe, with a share of the callbacks of its own. */
  public PluginCalls forOwner() {
    return new PluginCalls(this);
  }

  /**
   * Calls a plugin. Any thread.
   *
   * @param what names the call in the exception of one that took too long, such as {@code start}
   * @param loader the plugin's class loader, which is the call's context class loader
   * @param limit after it the call's thread is interrupted and abandoned; counts from when the call
   *     has its turn
   * @param work the call
   * @param late takes the result of an abandoned call, to be released; runs like the call
   * @return completes on the control thread, always within the limit of its turn; fails with a
   *     {@link DetachedException}. Completing it first abandons the call.
   */
  public <T> CompletableFuture<T> call(
      String what, ClassLoader loader, Duration limit, Callable<T> work, Consumer<T> late) {
    return call(what, loader, limit, work, late, () -> {});
  }

  private <T> CompletableFuture<T> call(
      String what,
      ClassLoader loader,
      Duration limit,
      Callable<T> work,
      Consumer<T> late,
      Runnable onBegin) {
    Call<T> call = new Call<>(loader, work, late);
    call.result.whenComplete((value, error) -> call.abandon());
    control.execute(() -> places.enter(() -> begin(call, what, limit, onBegin)));
    return call.result;
  }

  /** A call that hangs gives its place up when its time is over, though it keeps its thread. */
  private void begin(Call<?> call, String what, Duration limit, Runnable onBegin) {
    onBegin.run();
    Future<?> timer = control.schedule(() -> expire(call.result, what, limit), limit);
    call.result.whenComplete(
        (value, error) -> {
          timer.cancel(false);
          leave();
        });
    start(call);
  }

  private void leave() {
    try {
      control.execute(places::leave);
    } catch (RejectedExecutionException e) {
      LOG.debug("A call ended after the runtime had stopped");
    }
  }

  /**
   * Calls a plugin and waits for what it promises. Any thread.
   *
   * @param limit for the call and its stage together
   * @param work returns the stage to wait for
   * @return as {@link #call} describes
   */
  public CompletableFuture<Void> callStage(
      String what,
      ClassLoader loader,
      Duration limit,
      Callable<? extends CompletionStage<?>> work) {
    CompletableFuture<Void> kept = new CompletableFuture<>();
    CompletableFuture<Void> promised =
        call(
            what,
            loader,
            limit,
            () -> {
              work.call().whenComplete((value, error) -> complete(kept, error));
              return null;
            },
            late -> {},
            () -> {
              Future<?> timer = control.schedule(() -> expire(kept, what, limit), limit);
              kept.whenComplete((done, error) -> timer.cancel(false));
            });
    promised.exceptionally(
        error -> {
          kept.completeExceptionally(error);
          return null;
        });
    kept.whenComplete((done, error) -> promised.cancel(false));
    return kept;
  }

  private void complete(CompletableFuture<Void> promise, Throwable error) {
    DetachedException detached = error == null ? null : DetachedException.of(error);
    try {
      control.execute(
          () -> {
            if (detached == null) {
              promise.complete(null);
            } else {
              promise.completeExceptionally(detached);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("A call ended after the runtime had stopped", detached);
    }
  }

  private static void expire(CompletableFuture<?> promise, String what, Duration limit) {
    String message = what + " did not finish within " + limit.toMillis() + " ms";
    promise.completeExceptionally(new DetachedException(ErrorCode.TIMEOUT, message, true));
  }

  private void start(Call<?> call) {
    try {
      threads.execute(call);
    } catch (RejectedExecutionException e) {
      call.result.completeExceptionally(
          new DetachedException(ErrorCode.ENDPOINT_STOPPED, "the runtime has stopped", false));
    } catch (RuntimeException | Error e) { // such as: no more threads
      call.result.completeExceptionally(DetachedException.of(e));
    }
  }

  /**
   * Runs callbacks of hosts, and calls into plugins whose outcome is not needed. A task never runs
   * on the thread that hands it in; after the end of the runtime it is rejected. Any thread.
   */
  public Executor callbacks() {
    return callbacks;
  }

  /** Runs one task like {@link #callbacks()}; after the end of the runtime it is dropped. */
  public void callback(Runnable task) {
    try {
      callbacks.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The runtime has stopped; a callback is dropped", e);
    } catch (RuntimeException | Error e) { // such as: no more threads
      LOG.error("The runtime has no thread for a callback, and tries again", e);
      control.schedule(() -> callback(task), RETRY_DELAY);
    }
  }

  /** Interrupts the calls that still run; later ones fail. Callbacks finish. Does not wait. */
  @Override
  public void close() {
    threads.shutdown();
    running.forEach(Call::abandon);
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
      ClassLoader previous = ContextClassLoader.enter(loader);
      try {
        T value = work.call();
        end();
        deliver(value);
      } catch (Throwable e) { // a plugin may throw anything, LinkageError included
        end();
        fail(DetachedException.of(e));
      } finally {
        ContextClassLoader.leave(previous);
      }
    }

    private void deliver(T value) {
      try {
        control.execute(
            () -> {
              if (!result.complete(value)) {
                callback(() -> late.accept(value));
              }
            });
      } catch (RejectedExecutionException e) {
        late.accept(value); // the runtime has stopped
      }
    }

    private void fail(DetachedException error) {
      try {
        control.execute(() -> result.completeExceptionally(error));
      } catch (RejectedExecutionException e) {
        LOG.debug("A call failed after the runtime had stopped", error);
      }
    }

    private synchronized boolean begin() {
      if (result.isDone()) {
        return false;
      }
      runner = Thread.currentThread();
      running.add(this);
      return true;
    }

    private synchronized void end() {
      runner = null;
      running.remove(this);
      Thread.interrupted(); // meant for the work that is over
    }

    private synchronized void abandon() {
      if (runner != null) {
        runner.interrupt();
      }
    }
  }
}
