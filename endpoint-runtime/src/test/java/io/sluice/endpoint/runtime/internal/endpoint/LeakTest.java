/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.plugin.FakePlugin;
import io.sluice.endpoint.runtime.internal.stream.Collecting;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * After a plugin has left, its class loader is collected, also if the host still holds parts of its
 * traffic.
 */
@Timeout(60)
class LeakTest {

  private static final RuntimeSettings SHORT =
      new RuntimeSettings(
          Duration.ofMillis(100), Duration.ofSeconds(5), 0, 64, 1 << 20, Duration.ofSeconds(3));

  private final Tape tape = new Tape();
  private final Hosting hosting = new Hosting().with(SHORT);

  /** What a host may hold on to. */
  private final List<Object> held = new ArrayList<>();

  @AfterEach
  void stop() {
    hosting.close();
  }

  @Test
  void nothingThatAHostHoldsPinsAPlugin() throws Exception {
    WeakReference<ClassLoader> loader = useAndLeave("1.0.0");
    FakePlugin next = new FakePlugin(tape, false);
    hosting.arrive(next, "1.1.0").awaitState(EndpointState.UP);

    awaitCollected(loader);
    assertThat(held).isNotEmpty();
  }

  @Test
  void norDoesAnEndpointThatWaitsForTheNext() throws Exception {
    WeakReference<ClassLoader> loader = useAndLeave("1.0.0");
    awaitCollected(loader);
    assertThat(hosting.status().state()).isEqualTo(EndpointState.UNSATISFIED);
    assertThat(held).isNotEmpty();
  }

  @Test
  void norDoesAPluginThatFailed() throws Exception {
    WeakReference<ClassLoader> loader = failAndLeave();
    awaitCollected(loader);
    assertThat(held).isNotEmpty();
  }

  @Test
  void fiftyUpdatesLeaveOneClassLoader() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    Collecting host = new Collecting(Long.MAX_VALUE, delivery -> {});
    tape.length = 50;
    hosting.handle.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(host);
    for (int i = 0; i < 50; i++) {
      loaders.add(serveAndLeave("1." + i + ".0", host));
    }
    for (WeakReference<ClassLoader> loader : loaders) {
      awaitCollected(loader);
    }
    assertThat(host.violations).hasValue(0);
  }

  /** Its id is what the stream goes on after. */
  @ParameterizedTest
  @EnumSource(
      value = Qos.class,
      names = {"NONE", "AUTO"})
  void anOpenStreamDoesNotKeepTheMessageDeliveredLast(Qos qos) {
    List<WeakReference<Message>> messages = new CopyOnWriteArrayList<>();
    hosting.arrive(new FakePlugin(tape, false), "1.0.0").awaitState(EndpointState.UP);
    Flow.Subscriber<Delivery> host =
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            held.add(subscription);
            subscription.request(3);
          }

          @Override
          public void onNext(Delivery delivery) {
            messages.add(new WeakReference<>(delivery.message()));
          }

          @Override
          public void onError(Throwable error) {
            held.add(error);
          }

          @Override
          public void onComplete() {
            // the test ends
          }
        };
    hosting.handle.consume(ConsumeRequest.of(qos)).subscribe(host);
    await().until(() -> messages.size() == 3);

    messages.forEach(LeakTest::awaitCollected);
    assertThat(held).hasSize(1);
  }

  private WeakReference<ClassLoader> serveAndLeave(String version, Collecting host)
      throws Exception {
    EndpointFactory plugin = isolated();
    int before = host.deliveries.size();
    hosting.arrive(plugin, version);
    await().pollInterval(Duration.ofMillis(2)).until(() -> host.deliveries.size() > before);
    hosting.leave(plugin);
    return new WeakReference<>(plugin.getClass().getClassLoader());
  }

  /** A host uses everything, and keeps what it got, settled or not. */
  private WeakReference<ClassLoader> useAndLeave(String version) throws Exception {
    EndpointFactory plugin = isolated();
    set(plugin, "details", Map.of("assigned", List.of("tape-0")));
    hosting.arrive(plugin, version).awaitState(EndpointState.UP);
    for (Qos qos : Qos.values()) {
      Collecting host = new Collecting(100, held::add);
      hosting.handle.consume(ConsumeRequest.of(qos)).subscribe(host);
      await().until(() -> host.deliveries.size() == 100);
      host.deliveries.get(0).ack();
      host.deliveries.get(1).nack(io.sluice.endpoint.Nack.REQUEUE);
      held.add(host);
      held.add(host.subscription);
    }
    Collecting cancelled = new Collecting(10, held::add);
    hosting.handle.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(cancelled);
    await().until(() -> cancelled.deliveries.size() == 10);
    cancelled.subscription.cancel();
    held.add(cancelled.subscription);

    held.add(Hosting.await(hosting.handle.publish(Message.of("a"))));
    set(plugin, "confirmMillis", 5);
    set(plugin, "rejection", newFailure(plugin));
    Receipt rejected = Hosting.await(hosting.handle.publish(Message.of("b")));
    assertThat(rejected.isConfirmed()).isFalse();
    held.add(rejected);
    set(plugin, "rejection", null);
    set(plugin, "confirms", false);
    held.add(hosting.handle.publish(Message.of("c")));
    Flow.Processor<Message, Receipt> processor =
        hosting.handle.publisher(PublishRequest.defaults());
    held.add(processor);

    held.add(Hosting.await(hosting.handle.exchange(request())));
    set(plugin, "onExchange", failingExchange(newFailure(plugin)));
    CompletableFuture<Object> failed =
        hosting
            .handle
            .exchange(request())
            .<Object>thenApply(response -> response)
            .toCompletableFuture();
    await().until(failed::isCompletedExceptionally);
    held.add(failed);
    set(plugin, "onExchange", silentExchange());
    held.add(hosting.handle.exchange(request()));
    assertThat(hosting.status().details()).containsKey("assigned");
    held.add(hosting.status());
    held.add(hosting.status().details());

    hosting.leave(plugin);
    held.add(hosting.status());
    return new WeakReference<>(plugin.getClass().getClassLoader());
  }

  private WeakReference<ClassLoader> failAndLeave() throws Exception {
    EndpointFactory plugin = isolated();
    RuntimeException failure = newFailure(plugin);
    java.util.concurrent.Callable<?> fails =
        () -> {
          throw failure;
        };
    set(plugin, "onStart", fails);
    hosting.arrive(plugin, "1.0.0").awaitState(EndpointState.FAILED);
    held.add(hosting.status());
    held.add(Hosting.await(hosting.handle.publish(Message.of("a"))));
    hosting.leave(plugin);
    return new WeakReference<>(plugin.getClass().getClassLoader());
  }

  private static ProxyRequest request() {
    return ProxyRequest.builder("GET", "/").build();
  }

  private static java.util.function.Function<ProxyRequest, ?> failingExchange(
      RuntimeException failure) {
    return request -> CompletableFuture.failedStage(failure);
  }

  private static java.util.function.Function<ProxyRequest, ?> silentExchange() {
    return request -> new CompletableFuture<>();
  }

  private static RuntimeException newFailure(EndpointFactory plugin) throws Exception {
    Class<?> type =
        plugin
            .getClass()
            .getClassLoader()
            .loadClass(FakePlugin.class.getPackageName() + ".FakeException");
    assertThat(type.getClassLoader()).isNotSameAs(LeakTest.class.getClassLoader());
    return (RuntimeException)
        type.getConstructor(io.sluice.endpoint.ErrorCode.class, String.class)
            .newInstance(io.sluice.endpoint.ErrorCode.UNROUTABLE, "nowhere");
  }

  private static void set(EndpointFactory plugin, String script, Object value) throws Exception {
    plugin.getClass().getField(script).set(plugin, value);
  }

  private EndpointFactory isolated() throws Exception {
    Class<?> type = new PluginLoader().loadClass(FakePlugin.class.getName());
    return (EndpointFactory)
        type.getConstructor(Tape.class, boolean.class).newInstance(tape, false);
  }

  private static void awaitCollected(WeakReference<?> reference) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              System.gc();
              return reference.get() == null;
            });
  }

  /** Loads the plugin's package itself, as a bundle does. */
  private static final class PluginLoader extends ClassLoader {

    private static final String PACKAGE = FakePlugin.class.getPackageName();

    PluginLoader() {
      super(LeakTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException | NullPointerException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
