/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import io.sluice.endpoint.runtime.internal.framework.EmbeddedFramework;
import io.sluice.endpoint.runtime.internal.framework.ScriptedBroker;
import io.sluice.endpoint.runtime.internal.framework.ScriptedFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/** The wiring as a whole, on a real framework and Config Admin. */
@Timeout(60)
class HostRuntimeTest {

  private static final String ENDPOINT = "io.sluice.endpoint";
  private static final String GROUP = "io.sluice.group";

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ScriptedFactory factory = new ScriptedFactory(broker);
  private EmbeddedFramework framework;
  private HostRuntime runtime;
  private boolean stopped;

  @BeforeEach
  void start(@TempDir Path storage) {
    framework = new EmbeddedFramework(storage);
    runtime = new HostRuntime(framework.context(), framework.configurationAdmin());
    runtime.start();
  }

  @AfterEach
  void stop() throws Exception {
    if (!stopped) {
      runtime.stop();
    }
    framework.close();
  }

  @Test
  void makesAnEndpointOfAConfigurationAndAService() throws Exception {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);

    ServiceReference<?> service = service("orders").orElseThrow();
    assertThat((String[]) service.getProperty("objectClass"))
        .containsExactlyInAnyOrder(
            Endpoint.class.getName(),
            MessageEndpoint.class.getName(),
            ProxyEndpoint.class.getName());
    assertThat(service.getProperty("endpoint.type")).isEqualTo("scripted");
    await()
        .untilAsserted(
            () ->
                assertThat((String[]) service.getProperty("endpoint.modes"))
                    .containsExactly("CONSUME", "PUBLISH"));
    MessageEndpoint handle = (MessageEndpoint) framework.context().getService(service);
    assertThat(handle.publish(Message.of("hello")).toCompletableFuture().get().isConfirmed())
        .isTrue();
    assertThat(broker.waiting("orders")).containsExactly("hello");
    assertThat(endpoint("orders").version()).contains("1.0.0");
  }

  @Test
  void waitsForTheBundleThatServesTheType() throws Exception {
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(endpoint("orders").status().reason())
        .isEqualTo("no bundle serves type 'scripted'; types present: none");
    Endpoint handle = endpoint("orders").endpoint().orElseThrow();

    serve("1.0.0", factory);
    awaitState("orders", EndpointState.UP);
    assertThat(endpoint("orders").endpoint()).containsSame(handle);
  }

  @Test
  void servesWithTheHighestVersionInRangeAndFallsBackWhenItLeaves() throws Exception {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    configure("pinned", Map.of("type", "scripted", "topic", "pinned", "version", "[1,2)"));
    awaitVersion("orders", "1.0.0");
    awaitVersion("pinned", "1.0.0");

    Bundle second = serve("2.0.0", new ScriptedFactory(broker));
    awaitVersion("orders", "2.0.0");
    assertThat(endpoint("pinned").version()).contains("1.0.0");
    assertThat(runtime.endpoints().types())
        .extracting(EndpointType::version)
        .containsExactly("1.0.0", "2.0.0");

    second.stop();
    awaitVersion("orders", "1.0.0");
    awaitState("orders", EndpointState.UP);
  }

  @Test
  void saysWhichVersionIsMissing() {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders", "version", "[2,3)"));
    awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(endpoint("orders").status().reason())
        .isEqualTo(
            "no bundle serves type 'scripted' in version [2.0.0,3.0.0); versions present: 1.0.0");
  }

  @Test
  void keepsABundleWaitingUntilItsEndpointsAreClosed() throws Exception {
    Bundle bundle = serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);

    bundle.stop();

    assertThat(factory.made).hasSize(1);
    assertThat(factory.made.get(0).status().state()).isEqualTo(EndpointState.STOPPED);
    awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(runtime.endpoints().types()).isEmpty();
  }

  @Test
  void restartsOnlyWhatAnEditConcerns() {
    serve("1.0.0", factory);
    group(Map.of("security.user", "before"));
    configure("member", Map.of("type", "scripted", "topic", "member", "group", "plant"));
    configure("other", Map.of("type", "scripted", "topic", "other"));
    awaitState("member", EndpointState.UP);
    awaitState("other", EndpointState.UP);
    assertThat(factory.made).hasSize(2);

    configure("other", Map.of("type", "scripted", "topic", "other"));
    group(Map.of("security.user", "after"));
    await().untilAsserted(() -> assertThat(factory.made).hasSize(3));
    assertThat(factory.made.get(2).name()).isEqualTo("member");
    assertThat(factory.made.get(2).settings.text("security.user")).isEqualTo("after");
    await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(factory.made).hasSize(3));
  }

  @Test
  void warnsOfAGroupThatCannotBeReadAnyMore() {
    serve("1.0.0", factory);
    group(Map.of("security.user", "before"));
    configure("member", Map.of("type", "scripted", "topic", "member", "group", "plant"));
    awaitState("member", EndpointState.UP);

    group(Map.of(EndpointRuntime.CONFIGURATION_PROBLEM, "plant.json: line 1: empty"));
    await()
        .untilAsserted(
            () ->
                assertThat(endpoint("member").status().warnings())
                    .containsExactly("plant.json: line 1: empty; the last good group serves"));
    assertThat(endpoint("member").status().state()).isEqualTo(EndpointState.UP);

    group(Map.of("security.user", "before"));
    await().untilAsserted(() -> assertThat(endpoint("member").status().warnings()).isEmpty());
    assertThat(factory.made).hasSize(1);
  }

  @Test
  void keepsTheLastGoodConfigurationAfterABadEdit() {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);

    configure("orders", Map.of("type", "scripted", "tpic", "orders", "drain", "soon"));
    awaitState("orders", EndpointState.DEGRADED);
    assertThat(endpoint("orders").status().violations())
        .extracting(Violation::key)
        .containsExactlyInAnyOrder("drain", "topic", "tpic");
    assertThat(factory.made.get(0).status().state()).isEqualTo(EndpointState.UP);

    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);
    assertThat(factory.made).hasSize(1);
  }

  @Test
  void aGroupThatIsDeletedChangesNoSettingOfWhatServes() {
    serve("1.0.0", factory);
    group(Map.of("maxDeliveries", 1));
    configure("orders", Map.of("type", "scripted", "topic", "orders", "group", "plant"));
    awaitState("orders", EndpointState.UP);
    FirstDelivery host = new FirstDelivery();
    ((MessageEndpoint) endpoint("orders").endpoint().orElseThrow())
        .consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE))
        .subscribe(host);

    framework.delete(GROUP, "plant");
    awaitState("orders", EndpointState.DEGRADED);
    broker.publish("orders", Message.of("refused"));
    host.delivery.join().nack(Nack.REQUEUE);

    assertThat(factory.made).hasSize(1);
    await().during(Duration.ofMillis(200)).until(() -> broker.waiting("orders").isEmpty());
  }

  @Test
  void givesANameToOneConfigurationAndToTheNextWhenItGoes() {
    serve("1.0.0", factory);
    configure("b", Map.of("name", "orders", "type", "scripted", "topic", "b"));
    awaitState("orders", EndpointState.UP);
    configure("a", Map.of("name", "orders", "type", "scripted", "topic", "a"));

    await().untilAsserted(() -> assertThat(runtime.endpoints().endpoints()).hasSize(2));
    ManagedEndpoint later = byPid(ENDPOINT + "~a");
    assertThat(later.status().state()).isEqualTo(EndpointState.INVALID);
    assertThat(later.status().violations())
        .extracting(Violation::message)
        .containsExactly("the name 'orders' is taken by configuration io.sluice.endpoint~b");
    assertThat(later.endpoint()).isEmpty();
    assertThat(endpoint("orders").pid()).isEqualTo(ENDPOINT + "~b");

    framework.delete(ENDPOINT, "b");
    await().untilAsserted(() -> assertThat(endpoint("orders").pid()).isEqualTo(ENDPOINT + "~a"));
    awaitState("orders", EndpointState.UP);
    assertThat(factory.made.get(1).settings.text("topic")).isEqualTo("a");
  }

  @Test
  void closesAnEndpointWhoseConfigurationIsDeletedAndTakesItsServiceAway() {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);
    await().until(() -> service("orders").isPresent());

    framework.delete(ENDPOINT, "orders");

    await().until(() -> runtime.endpoints().endpoints().isEmpty());
    await().until(() -> service("orders").isEmpty());
    await().until(() -> factory.made.get(0).status().state() == EndpointState.STOPPED);
  }

  @Test
  void makesAnotherEndpointOfARenamedConfiguration() {
    serve("1.0.0", factory);
    configure("a", Map.of("name", "orders", "type", "scripted", "topic", "a"));
    awaitState("orders", EndpointState.UP);
    configure("a", Map.of("name", "bookings", "type", "scripted", "topic", "a"));
    awaitState("bookings", EndpointState.UP);
    assertThat(runtime.endpoints().endpoint("orders")).isEmpty();
    await().until(() -> service("orders").isEmpty() && service("bookings").isPresent());
  }

  @Test
  void drainsAndResumesForAnOperator() {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);

    assertThat(runtime.drain("orders")).isTrue();
    awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(endpoint("orders").status().reason()).contains("drained");
    await().until(() -> factory.made.get(0).status().state() == EndpointState.STOPPED);

    assertThat(runtime.resume("orders")).isTrue();
    awaitState("orders", EndpointState.UP);
    assertThat(runtime.drain("other")).isFalse();
    configure("nameless", Map.of("name", " ", "type", "scripted"));
    await().untilAsserted(() -> assertThat(runtime.endpoints().endpoints()).hasSize(2));
    assertThat(runtime.drain(ENDPOINT + "~nameless")).isFalse();
  }

  @Test
  void drainsABrokenConfigurationAndStaysDrainedUnderANewName() {
    serve("1.0.0", factory);
    configure("a", Map.of("name", "orders", "type", "scripted"));
    awaitState("orders", EndpointState.INVALID);

    assertThat(runtime.drain("orders")).isTrue();
    awaitState("orders", EndpointState.UNSATISFIED);
    configure("a", Map.of("name", "bookings", "type", "scripted", "topic", "a"));
    awaitState("bookings", EndpointState.UNSATISFIED);
    assertThat(endpoint("bookings").status().reason()).contains("drained");

    assertThat(runtime.resume("orders")).isFalse();
    assertThat(runtime.resume("bookings")).isTrue();
    awaitState("bookings", EndpointState.UP);
    configure("b", Map.of("name", "bookings", "type", "scripted", "topic", "b"));
    await().untilAsserted(() -> assertThat(runtime.endpoints().endpoints()).hasSize(2));
    assertThat(runtime.drain("bookings")).as("of the one that bears the name").isTrue();
    awaitState("bookings", EndpointState.UNSATISFIED);

    framework.delete(ENDPOINT, "b");
    framework.delete(ENDPOINT, "a");
    await().until(() -> runtime.endpoints().endpoints().isEmpty());
    configure("a", Map.of("name", "bookings", "type", "scripted", "topic", "a"));
    awaitState("bookings", EndpointState.UP);
  }

  @Test
  void carriesMessagesThroughAPipeWhileTheBundleIsReplaced() throws Exception {
    Bundle first = serve("1.0.0", factory);
    configure("source", Map.of("type", "scripted", "topic", "in"));
    configure("target", Map.of("type", "scripted", "topic", "out"));
    framework.configure("io.sluice.pipe", "copy", Map.of("from", "source", "to", "target"));
    awaitPipes(1);

    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      sent.add("m" + i);
      broker.publish("in", Message.of("m" + i));
      if (i == 300) {
        serve("1.1.0", new ScriptedFactory(broker));
      }
      if (i == 600) {
        first.stop();
      }
    }

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(broker.waiting("out")).containsAll(sent));
    await().untilAsserted(() -> assertThat(broker.acknowledged).containsAll(sent));
    assertThat(broker.waiting("in")).isEmpty();
  }

  @Test
  void aBundleLeavesNothingUnderWayInAPipeBetweenItsEndpoints() throws Exception {
    Bundle bundle = serve("1.0.0", factory);
    for (String name : List.of("a", "b", "c")) {
      configure(name, Map.of("type", "scripted", "topic", name, "drain", 60_000));
    }
    framework.configure("io.sluice.pipe", "first", Map.of("from", "c", "to", "b"));
    framework.configure("io.sluice.pipe", "second", Map.of("from", "b", "to", "a"));
    awaitPipes(2);
    AtomicBoolean flowing = new AtomicBoolean(true);
    Thread flood =
        new Thread(
            () -> {
              for (int i = 0; flowing.get(); i++) {
                broker.publish("c", Message.of("m" + i));
                LockSupport.parkNanos(20_000);
              }
            });
    flood.start();
    await().until(() -> broker.waiting("a").size() > 1000);

    Instant before = Instant.now();
    bundle.stop();
    flowing.set(false);
    flood.join();

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(30));
    List<String> arrived = broker.waiting("a");
    List<String> settled = new ArrayList<>(broker.waiting("b")); // once, the others twice
    settled.addAll(arrived);
    settled.addAll(arrived);
    assertThat(arrived).doesNotHaveDuplicates();
    assertThat(broker.acknowledged).containsExactlyInAnyOrderElementsOf(settled);
  }

  @Test
  void aBundleAlsoWaitsForAnEndpointWhoseConfigurationHasLostItsType() throws Exception {
    Bundle bundle = serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);
    configure("orders", Map.of("topic", "orders"));
    awaitState("orders", EndpointState.DEGRADED);

    bundle.stop();

    assertThat(factory.made.get(0).status().state()).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void anEditWhileAnotherEndpointDrainsDoesNotEndOneBeforeItsTurn() throws Exception {
    Bundle bundle = serve("1.0.0", factory);
    configure("source", Map.of("type", "scripted", "topic", "in", "drain", 60_000));
    configure("target", Map.of("type", "scripted", "topic", "out", "drain", 60_000));
    awaitState("source", EndpointState.UP);
    awaitState("target", EndpointState.UP);
    FirstDelivery held = new FirstDelivery();
    ((MessageEndpoint) endpoint("source").endpoint().orElseThrow())
        .consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE))
        .subscribe(held);
    broker.publish("in", Message.of("held"));
    held.delivery.join();
    framework.configure("io.sluice.pipe", "copy", Map.of("from", "source", "to", "target"));
    awaitPipes(1);

    CompletableFuture<Void> left = CompletableFuture.runAsync(() -> stop(bundle));
    awaitState("source", EndpointState.DRAINING);
    configure("target", Map.of("type", "scripted", "topic", "elsewhere", "drain", 60_000));
    await()
        .during(Duration.ofMillis(300))
        .until(() -> endpoint("target").status().state() == EndpointState.UP);
    held.delivery.join().ack();
    left.join();

    awaitState("target", EndpointState.UNSATISFIED);
  }

  @Test
  void tellsListenersWhatThereIsAndWhatChanges() {
    Recorder recorder = new Recorder();
    serve("1.0.0", factory);
    configure("early", Map.of("type", "scripted", "topic", "early"));
    awaitState("early", EndpointState.UP);

    runtime.listeners().add(recorder, () -> recorder, () -> {});
    configure("late", Map.of("type", "scripted", "topic", "late"));
    await().untilAsserted(() -> assertThat(recorder.names).containsExactly("early", "late"));
    framework.delete(ENDPOINT, "early");
    await().untilAsserted(() -> assertThat(recorder.names).containsExactly("late"));

    runtime.stop();
    stopped = true;
    assertThat(recorder.names).isEmpty();
    assertThat(recorder.types).isEmpty();
  }

  @Test
  void listenerThatBlocksHoldsUpNothing() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    Recorder recorder = new Recorder();
    RuntimeListener blocking =
        new RuntimeListener() {
          @Override
          public void endpointAdded(ManagedEndpoint endpoint) {
            await().until(() -> released.getCount() == 0);
          }
        };
    runtime.listeners().add(blocking, () -> blocking, () -> {});
    runtime.listeners().add(recorder, () -> recorder, () -> {});
    serve("1.0.0", factory);

    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    try {
      awaitState("orders", EndpointState.UP);
      await().until(() -> service("orders").isPresent());
      await().untilAsserted(() -> assertThat(recorder.names).containsExactly("orders"));
      framework.delete(ENDPOINT, "orders");
      await().until(() -> service("orders").isEmpty() && recorder.names.isEmpty());
    } finally {
      released.countDown();
    }
  }

  @Test
  void serviceListenerThatBlocksDoesNotKeepConfigurationsFromBeingRead() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    ServiceListener blocking =
        event -> {
          reached.countDown();
          await().until(() -> released.getCount() == 0);
        };
    framework.context().addServiceListener(blocking, "(endpoint.name=first)");
    serve("1.0.0", factory);
    configure("first", Map.of("type", "scripted", "topic", "first"));
    reached.await();

    try {
      configure("second", Map.of("type", "scripted", "topic", "second"));
      awaitState("second", EndpointState.UP);
      framework.delete(ENDPOINT, "second");
      await().until(() -> runtime.endpoints().endpoint("second").isEmpty());
    } finally {
      released.countDown();
    }
  }

  @Test
  void comesToRestAfterEverythingChangedAtOnce() throws Exception {
    List<ScriptedFactory> factories =
        List.of(factory, new ScriptedFactory(broker), new ScriptedFactory(broker));
    Thread operator =
        new Thread(
            () -> {
              for (int i = 0; i < 200; i++) {
                String name = "e" + i % 5;
                if (i % 7 == 6) {
                  framework.delete(ENDPOINT, name);
                } else {
                  configure(name, Map.of("type", "scripted", "topic", "t" + i % 3, "drain", 50));
                }
              }
            });
    operator.start();
    for (int i = 0; i < 30; i++) {
      Bundle bundle = framework.bundle("churn" + i, "1." + i + ".0");
      bundle.getBundleContext().registerService(EndpointFactory.class, factories.get(i % 3), null);
      if (i % 2 == 0) {
        bundle.stop();
      }
    }
    operator.join();
    for (int i = 0; i < 5; i++) {
      configure("e" + i, Map.of("type", "scripted", "topic", "rest", "drain", 50));
    }

    for (int i = 0; i < 5; i++) {
      awaitVersion("e" + i, "1.29.0");
      awaitState("e" + i, EndpointState.UP);
      String name = "e" + i;
      await().until(() -> service(name).isPresent());
    }
    assertThat(runtime.endpoints().endpoints()).hasSize(5);
    assertThat(live(factories)).hasSize(5);
    runtime.stop();
    stopped = true;
    assertThat(live(factories)).isEmpty();
  }

  private static List<String> live(List<ScriptedFactory> factories) {
    return factories.stream()
        .flatMap(each -> each.made.stream())
        .filter(endpoint -> endpoint.status().state() != EndpointState.STOPPED)
        .map(Endpoint::name)
        .toList();
  }

  @Test
  void leavesNothingBehind() {
    serve("1.0.0", factory);
    configure("orders", Map.of("type", "scripted", "topic", "orders"));
    awaitState("orders", EndpointState.UP);

    runtime.stop();
    stopped = true;

    assertThat(service("orders")).isEmpty();
    assertThat(factory.made.get(0).status().state()).isEqualTo(EndpointState.STOPPED);
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("sluice-runtime")));
  }

  private Bundle serve(String version, ScriptedFactory served) {
    Bundle bundle = framework.bundle("scripted", version);
    bundle.getBundleContext().registerService(EndpointFactory.class, served, null);
    return bundle;
  }

  private void configure(String name, Map<String, Object> properties) {
    framework.configure(ENDPOINT, name, properties);
  }

  private void group(Map<String, Object> properties) {
    framework.configure(GROUP, "plant", properties);
  }

  private ManagedEndpoint endpoint(String name) {
    return runtime.endpoints().endpoint(name).orElseThrow();
  }

  private ManagedEndpoint byPid(String pid) {
    return runtime.endpoints().endpoints().stream()
        .filter(endpoint -> endpoint.pid().equals(pid))
        .findFirst()
        .orElseThrow();
  }

  private void awaitState(String name, EndpointState state) {
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(endpoint(name).status().state()).isEqualTo(state));
  }

  private void awaitVersion(String name, String version) {
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(endpoint(name).version()).contains(version));
  }

  private void awaitPipes(int count) {
    await()
        .untilAsserted(
            () ->
                assertThat(runtime.pipes().pipes())
                    .extracting(pipe -> pipe.status().state())
                    .hasSize(count)
                    .containsOnly(EndpointState.UP));
  }

  private Optional<ServiceReference<MessageEndpoint>> service(String name) {
    try {
      Collection<ServiceReference<MessageEndpoint>> found =
          framework
              .context()
              .getServiceReferences(MessageEndpoint.class, "(endpoint.name=" + name + ")");
      return found.stream().findFirst();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(Bundle bundle) {
    try {
      bundle.stop();
    } catch (BundleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes one delivery, and leaves it to the test to settle it. */
  private static final class FirstDelivery implements Flow.Subscriber<Delivery> {
    private final CompletableFuture<Delivery> delivery = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(Delivery first) {
      delivery.complete(first);
    }

    @Override
    public void onError(Throwable error) {
      delivery.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      // the runtime ends
    }
  }

  private static final class Recorder implements RuntimeListener {
    private final List<String> names = new CopyOnWriteArrayList<>();
    private volatile List<EndpointType> types = List.of();

    @Override
    public void endpointAdded(ManagedEndpoint endpoint) {
      names.add(endpoint.name());
    }

    @Override
    public void endpointRemoved(ManagedEndpoint endpoint) {
      names.remove(endpoint.name());
    }

    @Override
    public void typesChanged(List<EndpointType> present) {
      types = present;
    }
  }
}
