/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.runtime.internal.framework.EmbeddedFramework;
import io.sluice.endpoint.runtime.internal.registry.FrameworkThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;

class ConfigurationFeedTest {

  private final FrameworkThread reader = new FrameworkThread("test");
  private final Recorder recorder = new Recorder();
  private EmbeddedFramework framework;
  private ConfigurationFeed feed;

  @BeforeEach
  void start(@TempDir Path storage) {
    framework = new EmbeddedFramework(storage);
    feed = new ConfigurationFeed(framework.configurationAdmin(), reader, recorder);
  }

  @AfterEach
  void stop() throws Exception {
    feed.close();
    reader.close(Duration.ofSeconds(5));
    framework.close();
  }

  @Test
  void reportsWhatIsThereInTheOrderOfThePids() {
    framework.configure("io.sluice.endpoint", "b", Map.of("type", "mock"));
    framework.configure("io.sluice.endpoint", "a", Map.of("type", "mock"));
    framework.configure("io.sluice.group", "g", Map.of("key", "value"));
    framework.configure("io.sluice.pipe", "p", Map.of("from", "a"));
    framework.configure("io.sluice.endpoint.mock", "c", Map.of());
    framework.configure("io.sluice.other", "x", Map.of("type", "mock"));

    feed.open(framework.context());

    recorder.await(
        "+io.sluice.endpoint.mock~c",
        "+io.sluice.endpoint~a",
        "+io.sluice.endpoint~b",
        "+io.sluice.group~g",
        "+io.sluice.pipe~p");
  }

  @Test
  void reportsWhatComesChangesAndGoes() {
    feed.open(framework.context());
    // What comes before the first listing may be reported twice.
    CompletableFuture.runAsync(() -> {}, reader).join();
    framework.configure("io.sluice.endpoint", "a", Map.of("messageInterval", 10));
    recorder.await("+io.sluice.endpoint~a");
    framework.configure("io.sluice.endpoint", "a", Map.of("messageInterval", 20));
    recorder.await("+io.sluice.endpoint~a", "+io.sluice.endpoint~a");
    assertThat(recorder.last.properties()).isEqualTo(Map.of("messageInterval", 20));
    framework.delete("io.sluice.endpoint", "a");
    recorder.await("+io.sluice.endpoint~a", "+io.sluice.endpoint~a", "-io.sluice.endpoint~a");
  }

  /** What agents make of files whose names they do not split, or split elsewhere. */
  @Test
  void takesAConfigurationForWhatItsPidSays() throws Exception {
    ConfigurationAdmin admin = framework.configurationAdmin();
    admin
        .getConfiguration("io.sluice.endpoint.mock~k2", "?")
        .update(new Hashtable<>(Map.of("messageInterval", 10)));
    feed.open(framework.context());
    recorder.await("+io.sluice.endpoint.mock~k2");
    assertThat(recorder.last.factoryPid()).isEqualTo("io.sluice.endpoint.mock");
    assertThat(recorder.last.nameInPid()).isEqualTo("k2");

    Configuration split = admin.createFactoryConfiguration("io.sluice.endpoint.mock~my", "?");
    split.update(new Hashtable<>(Map.of("messageInterval", 10)));
    recorder.await("+io.sluice.endpoint.mock~k2", "+" + split.getPid());
    assertThat(recorder.last.factoryPid()).isEqualTo("io.sluice.endpoint.mock");

    admin.getConfiguration("io.sluice.endpoint.mock~k2", "?").delete();
    recorder.await(
        "+io.sluice.endpoint.mock~k2", "+" + split.getPid(), "-io.sluice.endpoint.mock~k2");
  }

  @Test
  void leavesOutWhatAgentsAdd() {
    feed.open(framework.context());
    framework.configure(
        "io.sluice.endpoint",
        "a",
        Map.of(
            "messageInterval",
            10,
            "org.apache.karaf.features.configKey",
            "x",
            "felix.fileinstall.filename",
            "file:/etc/x.cfg",
            "org.apache.felix.configurator.bundle",
            7,
            ":configurator:resource-version",
            1,
            ".private",
            "x"));
    Awaitility.await().until(() -> recorder.last != null);
    assertThat(recorder.last.properties()).isEqualTo(Map.of("messageInterval", 10));
  }

  @Test
  void letsThePluginsOfConfigAdminResolvePlaceholders() {
    ConfigurationPlugin interpolation =
        (reference, properties) -> {
          if ("$[env:SECRET]".equals(properties.get("password"))) {
            properties.put("password", "resolved");
          }
        };
    framework
        .context()
        .registerService(
            ConfigurationPlugin.class,
            interpolation,
            new Hashtable<>(Map.of("config.plugin.id", "test")));
    feed.open(framework.context());
    CompletableFuture.runAsync(() -> {}, reader).join();

    framework.configure("io.sluice.endpoint", "a", Map.of("password", "$[env:SECRET]"));

    recorder.await("+io.sluice.endpoint~a");
    assertThat(recorder.last.properties()).isEqualTo(Map.of("password", "resolved"));
  }

  private static final class Recorder implements ConfigurationReceiver {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile StoredConfiguration last;

    @Override
    public void configured(StoredConfiguration configuration) {
      last = configuration;
      events.add("+" + configuration.pid());
    }

    @Override
    public void removed(String pid) {
      events.add("-" + pid);
    }

    void await(String... expected) {
      Awaitility.await().untilAsserted(() -> assertThat(events).containsExactly(expected));
    }
  }
}
