/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RuntimeListenersTest {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final RuntimeListeners listeners = new RuntimeListeners(tasks::add);
  private final Recorder recorder = new Recorder();
  private final AtomicInteger givenBack = new AtomicInteger();

  @Test
  void tellsFirstWhatThereIs() {
    listeners.endpointAdded(endpoint("a"));
    listeners.endpointAdded(endpoint("b"));
    add(recorder);
    runTasks();

    assertThat(recorder.news).containsExactly("+a", "+b", "types []");
  }

  @Test
  void whatCameAndWentMeanwhileIsNotTold() {
    add(recorder);
    runTasks();
    recorder.news.clear();

    ManagedEndpoint first = endpoint("a");
    listeners.endpointAdded(first);
    runTasks();
    ManagedEndpoint second = endpoint("a");
    listeners.endpointRemoved(first);
    listeners.endpointAdded(second);
    listeners.endpointRemoved(second);
    listeners.endpointAdded(endpoint("a"));
    assertThat(tasks).hasSize(1);
    runTasks();

    assertThat(recorder.news).containsExactly("+a", "-a", "+a");
  }

  @Test
  void oneThatThrowsHearsTheRestAndSoDoTheOthers() {
    Recorder failing = new Recorder();
    failing.error = new LinkageError("a class is missing");
    add(failing);
    add(recorder);
    listeners.endpointAdded(endpoint("a"));
    listeners.endpointAdded(endpoint("b"));
    runTasks();

    assertThat(failing.news).containsExactly("+a", "+b", "types []");
    assertThat(recorder.news).isEqualTo(failing.news);
  }

  @Test
  void oneThatCannotBeHadYetIsAskedForAtTheNextChange() {
    Queue<Supplier<RuntimeListener>> answers = new ArrayDeque<>();
    answers.add(() -> null);
    answers.add(
        () -> {
          throw new IllegalStateException("not now");
        });
    answers.add(() -> recorder);
    listeners.add(recorder, () -> answers.remove().get(), () -> {});
    runTasks();
    listeners.endpointAdded(endpoint("a"));
    runTasks();
    assertThat(recorder.news).isEmpty();
    listeners.endpointAdded(endpoint("b"));
    runTasks();

    assertThat(recorder.news).containsExactly("+a", "+b", "types []");
  }

  @Test
  void oneThatIsRemovedHearsNothingMore() {
    add(recorder);
    listeners.endpointAdded(endpoint("a"));
    listeners.remove(recorder);
    runTasks();

    assertThat(recorder.news).isEmpty();
    assertThat(givenBack).as("nobody had asked for it").hasValue(0);
  }

  @Test
  void oneThatWasToldIsGivenBackOnce() {
    add(recorder);
    runTasks();
    listeners.remove(recorder);
    listeners.remove(recorder);
    listeners.endpointAdded(endpoint("a"));
    runTasks();

    assertThat(recorder.news).containsExactly("types []");
    assertThat(givenBack).hasValue(1);
  }

  @Test
  void oneThatIsRemovedWhileItIsBeingFoundIsGivenBack() {
    listeners.add(
        recorder,
        () -> {
          listeners.remove(recorder);
          return recorder;
        },
        givenBack::incrementAndGet);
    runTasks();

    assertThat(recorder.news).isEmpty();
    assertThat(givenBack).hasValue(1);
  }

  @Test
  void oneThatIsRemovedWhenThereAreNoThreadsAnyMoreIsGivenBack() {
    AtomicBoolean stopped = new AtomicBoolean();
    RuntimeListeners stopping =
        new RuntimeListeners(
            task -> {
              if (stopped.get()) {
                throw new RejectedExecutionException();
              }
              task.run();
            });
    stopping.add(recorder, () -> recorder, givenBack::incrementAndGet);
    stopped.set(true);
    stopping.remove(recorder);

    assertThat(recorder.news).containsExactly("types []");
    assertThat(givenBack).hasValue(1);
  }

  @Test
  void callsUnderTheClassLoaderOfTheListenersClass() {
    listeners.endpointAdded(endpoint("a"));
    add(recorder);
    ClassLoader other = new ClassLoader() {};
    ClassLoader former = ContextClassLoader.enter(other);
    try {
      runTasks();
      assertThat(ContextClassLoader.current()).isSameAs(other);
    } finally {
      ContextClassLoader.leave(former);
    }

    assertThat(recorder.loaders).hasSize(2).containsOnly(Recorder.class.getClassLoader());
  }

  @Test
  @Timeout(30)
  void callsOneListenerSeriallyThoughThereAreSeveralThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      RuntimeListeners concurrent = new RuntimeListeners(threads);
      Recorder other = new Recorder();
      concurrent.add(recorder, () -> recorder, () -> {});
      concurrent.add(other, () -> other, () -> {});
      // On a busy machine one thread may keep up alone for a while.
      for (int i = 0; i < 5_000 || recorder.threads.size() < 2 && i < 500_000; i++) {
        ManagedEndpoint endpoint = endpoint("e" + i);
        concurrent.endpointAdded(endpoint);
        if (i % 2 == 0) {
          concurrent.endpointRemoved(endpoint);
        }
      }
      concurrent.finish().toCompletableFuture().get();
    } finally {
      threads.shutdownNow();
    }

    assertThat(recorder.overlaps).hasValue(0);
    assertThat(recorder.threads).as("threads that called").hasSizeGreaterThan(1);
    assertThat(recorder.news).contains("+e1", "+e4999").doesNotHaveDuplicates();
  }

  @Test
  void finishesWhenAllWasTold() {
    add(recorder);
    listeners.endpointAdded(endpoint("a"));
    var finished = listeners.finish().toCompletableFuture();
    assertThat(finished).isNotDone();
    runTasks();

    assertThat(finished).isDone();
    assertThat(recorder.news).containsExactly("+a", "types []");
  }

  private void add(RuntimeListener listener) {
    listeners.add(listener, () -> listener, givenBack::incrementAndGet);
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static ManagedEndpoint endpoint(String name) {
    EndpointStatus status =
        EndpointStatus.builder(EndpointState.INVALID, Instant.EPOCH).reason("a test").build();
    return new ManagedEndpointView("pid~" + name, name, status);
  }

  private static final class Recorder implements RuntimeListener {

    private final List<String> news = new ArrayList<>();
    private final List<ClassLoader> loaders = new ArrayList<>();
    private final Set<Thread> threads = new HashSet<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private Error error;

    @Override
    public void endpointAdded(ManagedEndpoint endpoint) {
      hear("+" + endpoint.name());
    }

    @Override
    public void endpointRemoved(ManagedEndpoint endpoint) {
      hear("-" + endpoint.name());
    }

    @Override
    public void typesChanged(List<EndpointType> types) {
      hear("types " + types);
    }

    private void hear(String what) {
      if (inside.getAndIncrement() != 0) {
        overlaps.incrementAndGet();
      }
      news.add(what);
      loaders.add(ContextClassLoader.current());
      threads.add(Thread.currentThread());
      inside.decrementAndGet();
      if (error != null) {
        throw error;
      }
    }
  }
}
