/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointThreadsTest {

  private final ContextClassLoader context = ContextClassLoader.of(EndpointThreadsTest.class);
  private final EndpointThreads threads = EndpointThreads.of("mock", "orders", context);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void releaseThreads() {
    release.countDown();
    assertThat(threads.joinAll(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void namesThreadsAfterTypeOwnerPurposeAndNumber() {
    ThreadFactory io = threads.forPurpose("io");

    assertThat(io.newThread(() -> {}).getName()).isEqualTo("sluice-mock-orders-io-1");
    assertThat(io.newThread(() -> {}).getName()).isEqualTo("sluice-mock-orders-io-2");
    assertThat(threads.forPurpose("timer").newThread(() -> {}).getName())
        .isEqualTo("sluice-mock-orders-timer-1");
  }

  @Test
  void threadsAreDaemonsWithTheBundlesLoader() {
    Thread thread = threads.forPurpose("io").newThread(() -> {});

    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getContextClassLoader()).isSameAs(context.loader());
  }

  @Test
  void threadsDoNotInheritThreadLocals() throws InterruptedException {
    InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
    local.set("of the caller");
    String[] seen = {"nothing"};
    Thread thread = threads.forPurpose("io").newThread(() -> seen[0] = local.get());

    thread.start();
    thread.join();

    assertThat(seen[0]).isNull();
  }

  @Test
  void countsThreadsThatAreAlive() {
    Thread thread = startWaiting();
    assertThat(threads.count()).isEqualTo(1);

    release.countDown();

    eventually().until(() -> !thread.isAlive());
    assertThat(threads.count()).isZero();
  }

  @Test
  void joinGivesUpAtItsTimeout() {
    startWaiting();

    assertThat(threads.joinAll(Duration.ofMillis(20))).isFalse();
  }

  @Test
  void joinLeavesOutTheCallingThread() throws InterruptedException {
    boolean[] joined = {false};
    Thread thread =
        threads
            .forPurpose("io")
            .newThread(() -> joined[0] = threads.joinAll(Duration.ofSeconds(5)));

    thread.start();
    thread.join();

    assertThat(joined[0]).isTrue();
  }

  @Test
  void joinEndsWhenInterruptedAndStaysInterrupted() {
    startWaiting();
    Thread.currentThread().interrupt();

    assertThat(threads.joinAll(Duration.ofSeconds(30))).isFalse();

    assertThat(Thread.interrupted()).isTrue();
  }

  /**
   * A caller of a bundle is on the stack when a pool grows; its class loader must not stay there.
   */
  @Test
  void aLivingThreadDoesNotKeepTheClassLoaderOfWhoeverMadeIt() throws Exception {
    WeakReference<ClassLoader> caller = startThreadFromAnotherLoader();

    eventually()
        .until(
            () -> {
              System.gc();
              return caller.get() == null;
            });
    assertThat(threads.count()).isEqualTo(1);
  }

  private WeakReference<ClassLoader> startThreadFromAnotherLoader() throws Exception {
    ClassLoader other = new CopyingLoader();
    Object caller = other.loadClass(Caller.class.getName()).getDeclaredConstructor().newInstance();
    assertThat(caller.getClass()).isNotSameAs(Caller.class);
    Supplier<Thread> made = this::waitingThread;
    caller.getClass().getMethod("call", Supplier.class).invoke(caller, made);
    return new WeakReference<>(other);
  }

  private Thread startWaiting() {
    Thread thread = waitingThread();
    thread.start();
    return thread;
  }

  private Thread waitingThread() {
    return threads
        .forPurpose("io")
        .newThread(
            () -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Stands for a host whose call makes an endpoint start a thread. */
  public static final class Caller {

    public void call(Supplier<Thread> made) {
      made.get().start();
    }
  }

  /** Defines a copy of {@link Caller} of its own. */
  private static final class CopyingLoader extends ClassLoader {

    CopyingLoader() {
      super(EndpointThreadsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(Caller.class.getName())) {
        return super.loadClass(name, resolve);
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
