/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import io.sluice.endpoint.runtime.EndpointRuntime;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps configurations in step with files. A file that cannot be read is reported once, and has its
 * endpoint, group or pipe say so, which goes on as it was; the next edit heals it. Nothing is ever
 * written back.
 *
 * <p>Called by FileInstall's thread, one file at a time. The ranking puts it before FileInstall's
 * own installer, to which it leaves files named in that one's way.
 */
@Component(service = ArtifactInstaller.class, property = Constants.SERVICE_RANKING + ":Integer=100")
public final class ConfigurationInstaller implements ArtifactInstaller {

  @FunctionalInterface
  private interface Update {
    void apply(Configuration configuration, Dictionary<String, Object> properties)
        throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationInstaller.class);

  private final ConfigurationAdmin configurations;

  /** The files that claim a PID, in the order in which they came; the first one serves. */
  private final Map<String, List<File>> sources = new HashMap<>();

  /** An installer into a Config Admin. */
  @Activate
  public ConfigurationInstaller(@Reference ConfigurationAdmin configurations) {
    this.configurations = configurations;
  }

  @Override
  public boolean canHandle(File file) {
    return ConfigurationFormat.of(file)
        .filter(
            format ->
                format == ConfigurationFormat.JSON
                    || pid(file).isFactory()
                    || pid(file).concernsRuntime())
        .isPresent();
  }

  @Override
  public synchronized void install(File file) throws IOException {
    configure(file, Configuration::updateIfDifferent);
  }

  /** A file that was only touched is news too: it makes an endpoint that has failed try again. */
  @Override
  public synchronized void update(File file) throws IOException {
    configure(file, Configuration::update);
  }

  private void configure(File file, Update update) throws IOException {
    ConfigurationPid pid = pid(file);
    List<File> claims = sources.computeIfAbsent(pid.toString(), key -> new ArrayList<>());
    if (!claims.contains(file)) {
      claims.add(file);
    }
    File serving = claims.get(0);
    if (!serving.equals(file)) {
      LOG.error(
          "{}: {} is already configured by {}; remove one of them", file, pid, serving.getName());
      return;
    }
    try {
      ConfigurationContent content = read(file);
      content.warning().ifPresent(warning -> warn(pid, file, warning, content.properties()));
      update.apply(configuration(pid), content.properties());
    } catch (MalformedConfigurationException | IllegalArgumentException unusable) {
      // the latter: keys that differ in case alone
      LOG.error("{}: {}", file, unusable.getMessage());
      show(pid, file.getName() + ": " + unusable.getMessage());
    }
  }

  /** Has the runtime show what is likely a mistake; the log has it for any configuration. */
  private static void warn(
      ConfigurationPid pid, File file, String warning, Dictionary<String, Object> properties) {
    LOG.warn("{}: {}", file, warning);
    if (pid.concernsRuntime()) {
      properties.put(EndpointRuntime.CONFIGURATION_WARNING, file.getName() + ": " + warning);
    }
  }

  /** Has the runtime show what is wrong with the file; other configurations stay as they were. */
  private void show(ConfigurationPid pid, String problem) throws IOException {
    if (pid.concernsRuntime()) {
      configuration(pid)
          .updateIfDifferent(
              new Hashtable<>(Map.of(EndpointRuntime.CONFIGURATION_PROBLEM, problem)));
    }
  }

  @Override
  public synchronized void uninstall(File file) throws IOException {
    ConfigurationPid pid = pid(file);
    List<File> claims = sources.getOrDefault(pid.toString(), new ArrayList<>());
    boolean served = !claims.isEmpty() && claims.get(0).equals(file);
    claims.remove(file);
    if (served && claims.isEmpty()) {
      sources.remove(pid.toString());
      configuration(pid).delete();
    } else if (served) {
      LOG.info("{}: {} is configured by it from now on", claims.get(0), pid);
      install(claims.get(0));
    }
  }

  private Configuration configuration(ConfigurationPid pid) throws IOException {
    return pid.isFactory()
        ? configurations.getFactoryConfiguration(pid.factoryPid(), pid.name(), "?")
        : configurations.getConfiguration(pid.name(), "?");
  }

  private static ConfigurationContent read(File file) throws MalformedConfigurationException {
    try (InputStream in = new BufferedInputStream(new FileInputStream(file))) {
      return ConfigurationFormat.of(file).orElseThrow().read(in);
    } catch (IOException unreadable) {
      throw new MalformedConfigurationException("the file cannot be read: " + unreadable);
    }
  }

  private static ConfigurationPid pid(File file) {
    return ConfigurationPid.ofFile(file.getName());
  }
}
