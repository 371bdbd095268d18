/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.generation;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plugin endpoint between its creation and its end, as the traffic through it sees it. Once
 * {@linkplain #release() released} it refers to nothing of the plugin, so that what a host keeps of
 * its traffic pins no class loader.
 *
 * <p>Safe for use by many threads; state changes are made by the control thread.
 */
public final class Generation {

  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

  private final String name;
  private final Set<Mode> modes;
  private final Set<String> capabilities;
  private final Supplier<RuntimeSettings> settings;
  private volatile EndpointStatus reported;
  private volatile Endpoint plugin;
  private volatile ClassLoader loader;
  private volatile boolean draining;

  /**
   * A generation at work.
   *
   * @param plugin the plugin's endpoint, not null
   * @param loader the plugin's class loader; may be null
   * @param modes what the endpoint enables
   * @param type the type that made it
   * @param settings the runtime's own keys that are in force
   */
  public Generation(
      Endpoint plugin,
      String name,
      ClassLoader loader,
      Set<Mode> modes,
      EndpointType type,
      Supplier<RuntimeSettings> settings) {
    this.plugin = Objects.requireNonNull(plugin, "plugin");
    this.name = Objects.requireNonNull(name, "name");
    this.loader = loader;
    this.modes = Set.copyOf(modes);
    this.capabilities = capabilities(plugin, loader, type);
    this.settings = Objects.requireNonNull(settings, "settings");
    this.reported = EndpointStatus.builder(EndpointState.STARTING, Instant.now()).build();
  }

  /** The endpoint's name. */
  public String name() {
    return name;
  }

  /** What the endpoint enables; immutable. */
  public Set<Mode> modes() {
    return modes;
  }

  private static Set<String> capabilities(Endpoint plugin, ClassLoader loader, EndpointType type) {
    ClassLoader previous = ContextClassLoader.enter(loader);
    try {
      return Set.copyOf(plugin.capabilities(type));
    } catch (Throwable e) { // a plugin may throw anything
      LOG.debug("A plugin does not tell its capabilities", DetachedException.of(e));
      return Set.copyOf(type.capabilities());
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  /** Whether the endpoint has a capability. */
  public boolean can(String capability) {
    return capabilities.contains(capability);
  }

  /** The runtime's own keys that are in force. */
  public RuntimeSettings settings() {
    return settings.get();
  }

  /**
   * The plugin's own status, which for a plugin that fails to tell, or is gone, is the last one
   * known. Calls the plugin.
   */
  public EndpointStatus status() {
    Endpoint present = plugin;
    ClassLoader previous = ContextClassLoader.enter(loader);
    try {
      if (present != null) {
        reported = Objects.requireNonNull(present.status(), "status");
      }
    } catch (Throwable e) { // a plugin may throw anything
      LOG.debug("Endpoint '{}': the plugin has no status", name, DetachedException.of(e));
    } finally {
      ContextClassLoader.leave(previous);
    }
    return reported;
  }

  /** The last status known, without calling the plugin. */
  public EndpointStatus lastStatus() {
    return reported;
  }

  /** The plugin has told its status. */
  public void report(EndpointStatus status) {
    reported = Objects.requireNonNull(status, "status");
  }

  /** The plugin's endpoint; null once released. */
  public Endpoint plugin() {
    return plugin;
  }

  /** The plugin's class loader; null once released. */
  public ClassLoader loader() {
    return loader;
  }

  /**
   * The plugin's endpoint for consuming or publishing.
   *
   * @throws DetachedException when the mode is not enabled, or the generation was released
   */
  public MessageEndpoint messages(Mode mode) {
    if (enabled(mode) instanceof MessageEndpoint messages) {
      return messages;
    }
    throw disabled(mode);
  }

  /**
   * The plugin's endpoint for exchanges.
   *
   * @throws DetachedException when the mode is not enabled, or the generation was released
   */
  public ProxyEndpoint proxy() {
    if (enabled(Mode.EXCHANGE) instanceof ProxyEndpoint proxy) {
      return proxy;
    }
    throw disabled(Mode.EXCHANGE);
  }

  /** From now on what ends, ends because the generation is going away. */
  public void beginDraining() {
    draining = true;
  }

  /** Whether the generation is going away. */
  public boolean isDraining() {
    return draining;
  }

  /** Lets go of the plugin. */
  public void release() {
    draining = true;
    plugin = null;
    loader = null;
  }

  private Endpoint enabled(Mode mode) {
    Endpoint present = plugin;
    if (present == null) {
      throw new DetachedException(
          ErrorCode.UNAVAILABLE, "endpoint '" + name + "' is being replaced", true);
    }
    return modes.contains(mode) ? present : null;
  }

  private DetachedException disabled(Mode mode) {
    return new DetachedException(
        ErrorCode.MODE_DISABLED,
        "the configuration of endpoint '" + name + "' does not enable " + mode,
        false);
  }
}
