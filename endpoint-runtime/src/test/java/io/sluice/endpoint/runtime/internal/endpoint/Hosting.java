/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.osgi.framework.Version;

/** One hosted endpoint as the configuration side drives it. */
public final class Hosting implements AutoCloseable {

  public static final RuntimeSettings SETTINGS =
      new RuntimeSettings(
          Duration.ofSeconds(2), Duration.ZERO, 0, 64, 1 << 20, Duration.ofSeconds(3));

  public final HostedEndpoint hosted;
  public final EndpointHandle handle;

  /** States in the order in which the listener of the configuration side saw them. */
  public final List<EndpointState> states = new CopyOnWriteArrayList<>();

  private final ControlThread control = new ControlThread();

  private final ThreadFactory factory =
      EndpointThreads.of("test", "plugin", ContextClassLoader.of(Hosting.class)).forPurpose("call");

  private final Queue<WeakReference<Thread>> threads = new ConcurrentLinkedQueue<>();

  /** How many threads were made for calls. */
  public final AtomicInteger threadsMade = new AtomicInteger();

  /** How many of the next threads cannot be made. */
  public final AtomicInteger threadsThatFail = new AtomicInteger();

  private final PluginCalls calls =
      new PluginCalls(
          control,
          work -> {
            if (threadsThatFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
              throw new OutOfMemoryError("unable to create native thread: in a test");
            }
            threadsMade.incrementAndGet();
            Thread thread = factory.newThread(work);
            threads.add(new WeakReference<>(thread)); // one that has ended must pin nothing
            return thread;
          });

  private final AtomicLong serviceIds = new AtomicLong();
  private final List<FactoryCandidate> candidates = new ArrayList<>();
  private RuntimeSettings settings = SETTINGS;
  private Map<String, Object> properties = Map.of();
  private List<Violation> violations = List.of();
  private List<String> warnings = List.of();
  private long revision;

  public Hosting() {
    hosted =
        new HostedEndpoint(
            "orders", "fake", control, calls, changed -> states.add(changed.status().state()));
    handle = hosted.handle();
  }

  /** A factory comes; it is better than those that are there. */
  public Hosting arrive(EndpointFactory factory, String version) {
    candidates.add(
        0,
        new FactoryCandidate(
            factory, factory.type(), Version.parseVersion(version), serviceIds.incrementAndGet()));
    return apply();
  }

  /** A factory leaves; returns when it was let go of. */
  public void leave(EndpointFactory factory) {
    await(leaving(factory));
  }

  /** A factory begins to leave. */
  public CompletionStage<Void> leaving(EndpointFactory factory) {
    candidates.removeIf(candidate -> candidate.factory() == factory);
    return onControl(
        () -> hosted.factoryLeaving(factory, true, CompletableFuture.completedStage(null)));
  }

  public Hosting configure(Map<String, Object> edited) {
    properties = edited;
    revision++;
    return apply();
  }

  public Hosting violate(Violation... found) {
    violations = List.of(found);
    return apply();
  }

  public Hosting warn(String... found) {
    warnings = List.of(found);
    return apply();
  }

  public Hosting with(RuntimeSettings changed) {
    settings = changed;
    return apply();
  }

  /** The configuration is written anew, with the runtime's keys, and judged by the runtime. */
  public Hosting edit(Map<String, Object> edited, RuntimeSettings changed, Violation... found) {
    settings = changed;
    violations = List.of(found);
    return configure(edited);
  }

  /** The configuration is written again as it is. */
  public Hosting touch() {
    revision++;
    return apply();
  }

  public Hosting apply() {
    String reason = candidates.isEmpty() ? "no bundle serves fake" : "";
    EndpointPlan plan =
        new EndpointPlan(
            List.copyOf(candidates),
            reason,
            properties,
            violations,
            warnings,
            settings,
            Map.of(),
            revision);
    onControl(
        () -> {
          hosted.apply(plan);
          return CompletableFuture.completedStage(null);
        });
    return this;
  }

  public void delete() {
    await(onControl(hosted::close));
  }

  public EndpointStatus status() {
    return hosted.status();
  }

  public EndpointStatus awaitState(EndpointState state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> hosted.status().state() == state);
    return hosted.status();
  }

  public static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private CompletionStage<Void> onControl(Supplier<CompletionStage<Void>> task) {
    CompletableFuture<CompletionStage<Void>> result = new CompletableFuture<>();
    control.execute(() -> result.complete(task.get()));
    return await(result);
  }

  /** What hosts are told at the end must not reach the next test, unless a plugin hangs. */
  @Override
  public void close() {
    delete();
    control.close();
    calls.close();
    long start = System.nanoTime();
    for (WeakReference<Thread> reference : threads) {
      Thread thread = reference.get();
      long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
      try {
        if (thread != null) {
          thread.join(Math.max(1, 1_000 - waited));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
