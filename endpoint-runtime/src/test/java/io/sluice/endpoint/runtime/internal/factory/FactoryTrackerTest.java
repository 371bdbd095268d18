/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.factory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.framework.EmbeddedFramework;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

@Timeout(30)
class FactoryTrackerTest {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(3);
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);

  private final ControlThread control = new ControlThread();
  private final PluginCalls calls = new PluginCalls(control);
  private final Recorder recorder = new Recorder();
  private EmbeddedFramework framework;
  private FactoryTracker tracker;

  @BeforeEach
  void start(@TempDir Path storage) {
    framework = new EmbeddedFramework(storage);
    tracker =
        new FactoryTracker(framework.context(), control, calls, recorder, CALL_LIMIT, LEAVE_LIMIT);
    tracker.open();
  }

  @AfterEach
  void stop() throws Exception {
    tracker.close();
    calls.close();
    control.close();
    framework.close();
  }

  @Test
  void labelsATypeWithTheVersionOfTheBundle() {
    register(framework.bundle("mock", "1.2.3"), () -> type("mock"));
    recorder.await("+mock 1.2.3");
  }

  @Test
  void keepsTheBundleWaitingUntilItsEndpointsAreGone() throws Exception {
    Bundle bundle = framework.bundle("mock", "1.0.0");
    register(bundle, () -> type("mock"));
    recorder.await("+mock 1.0.0");
    recorder.leaving = new CompletableFuture<>();

    CompletableFuture<Void> stopped = stop(bundle);
    recorder.await("+mock 1.0.0", "-mock 1.0.0");
    assertThat(stopped).isNotDone();

    recorder.leaving.complete(null);
    stopped.get();
  }

  @Test
  void aBundleMayReturnUnlessTheFrameworkStops() throws Exception {
    Bundle updated = framework.bundle("updated", "1.0.0");
    register(updated, () -> type("updated"));
    recorder.await("+updated 1.0.0");
    stop(updated).get();
    assertThat(recorder.mayReturn).containsExactly(true);

    register(framework.bundle("mock", "1.0.0"), () -> type("mock"));
    recorder.await("+updated 1.0.0", "-updated 1.0.0", "+mock 1.0.0");
    framework.close();

    assertThat(recorder.mayReturn).containsExactly(true, false);
  }

  @Test
  void doesNotKeepTheBundleWaitingForEver() throws Exception {
    Bundle bundle = framework.bundle("mock", "1.0.0");
    register(bundle, () -> type("mock"));
    recorder.await("+mock 1.0.0");
    recorder.leaving = new CompletableFuture<>();

    stop(bundle).get();
  }

  @Test
  void listsNoFactoryThatFailsOrHangsAndStillLetsItGo() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Bundle throwing = framework.bundle("throwing", "1.0.0");
    Bundle silent = framework.bundle("silent", "1.0.0");
    Bundle hanging = framework.bundle("hanging", "1.0.0");
    Bundle broken = framework.bundle("broken", "1.0.0");
    register(
        throwing,
        () -> {
          throw new NoClassDefFoundError("not/there");
        });
    register(silent, () -> null);
    register(
        hanging,
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return type("hanging");
        });
    register(broken, () -> type("broken", "no schema"));
    register(framework.bundle("mock", "1.0.0"), () -> type("mock"));

    recorder.await("+mock 1.0.0");
    interrupted.await();
    for (Bundle bundle : List.of(throwing, silent, hanging, broken)) {
      stop(bundle).get();
    }
    assertThat(recorder.events).containsExactly("+mock 1.0.0");
  }

  private static CompletableFuture<Void> stop(Bundle bundle) {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                bundle.stop();
                stopped.complete(null);
              } catch (Exception e) {
                stopped.completeExceptionally(e);
              }
            });
    thread.start();
    return stopped;
  }

  private static void register(Bundle bundle, Supplier<EndpointType> type) {
    EndpointFactory factory =
        new EndpointFactory() {
          @Override
          public EndpointType type() {
            return type.get();
          }

          @Override
          public Endpoint create(EndpointConfiguration configuration) {
            throw new UnsupportedOperationException("not made here");
          }
        };
    bundle.getBundleContext().registerService(EndpointFactory.class, factory, null);
  }

  private static EndpointType type(String name) {
    return type(name, "{\"type\": \"object\", \"properties\": {}}");
  }

  private static EndpointType type(String name, String schema) {
    return EndpointType.builder(name)
        .modes(Mode.CONSUME)
        .schema(ConfigurationSchema.of(schema))
        .build();
  }

  private static final class Recorder implements FactoryReceiver {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Boolean> mayReturn = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> leaving = CompletableFuture.completedFuture(null);

    @Override
    public void factoryArrived(ServedType served) {
      events.add("+" + served.type());
    }

    @Override
    public CompletionStage<Void> factoryLeft(ServedType served, boolean mayReturn) {
      this.mayReturn.add(mayReturn);
      events.add("-" + served.type());
      return leaving;
    }

    void await(String... expected) {
      Awaitility.await().untilAsserted(() -> assertThat(events).containsExactly(expected));
    }
  }
}
