/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Dictionary;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps configurations in step with {@code .json} files. A file that cannot be read is reported
 * once and leaves its configuration as it was; the next edit heals it. Called by FileInstall's
 * thread.
 */
@Component(service = ArtifactInstaller.class)
public final class JsonConfigurationInstaller implements ArtifactInstaller {

  private static final Logger LOG = LoggerFactory.getLogger(JsonConfigurationInstaller.class);

  /** What FileInstall notes in the configurations that it makes. */
  private static final String OTHER_FILE = "felix.fileinstall.filename";

  private final ConfigurationAdmin configurations;

  /** An installer into a Config Admin. */
  @Activate
  public JsonConfigurationInstaller(@Reference ConfigurationAdmin configurations) {
    this.configurations = configurations;
  }

  @Override
  public boolean canHandle(File file) {
    return file.getName().endsWith(ConfigurationPid.SUFFIX);
  }

  @Override
  public void install(File file) throws IOException {
    update(file);
  }

  @Override
  public void update(File file) throws IOException {
    Dictionary<String, Object> properties;
    try (Reader reader = Files.newBufferedReader(file.toPath(), StandardCharsets.UTF_8)) {
      properties = JsonConfigurationReader.read(reader);
    } catch (MalformedConfigurationException malformed) {
      LOG.error("{}: {}", file, malformed.getMessage());
      return;
    } catch (IOException unreadable) {
      LOG.error("{} cannot be read: {}", file, unreadable.toString());
      return;
    }
    Configuration configuration = configuration(ConfigurationPid.ofFile(file.getName()));
    if (isAnotherFiles(configuration)) {
      LOG.error("{}: {} is configured by another file", file, configuration.getPid());
    } else {
      configuration.updateIfDifferent(properties);
    }
  }

  @Override
  public void uninstall(File file) throws IOException {
    Configuration configuration = configuration(ConfigurationPid.ofFile(file.getName()));
    if (!isAnotherFiles(configuration)) {
      configuration.delete();
    }
  }

  private Configuration configuration(ConfigurationPid pid) throws IOException {
    return pid.factoryPid() == null
        ? configurations.getConfiguration(pid.pid(), "?")
        : configurations.getFactoryConfiguration(pid.factoryPid(), pid.name(), "?");
  }

  private static boolean isAnotherFiles(Configuration configuration) {
    Dictionary<String, Object> present = configuration.getProperties();
    return present != null && present.get(OTHER_FILE) != null;
  }
}
