/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.runtime.EndpointRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP face as a component: there as long as the endpoint runtime is. */
@Component(service = HttpFace.class, immediate = true)
public final class HttpFace {

  private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

  private final HttpServer server;
  private final String url;

  /** Starts to listen. */
  @Activate
  public HttpFace(BundleContext context, @Reference EndpointRuntime runtime) {
    HttpSettings settings = HttpSettings.of(context::getProperty);
    Path portFile = context.getDataFile("http.port").toPath();
    try {
      server = HttpServer.start(settings.withPort(port(settings, portFile)), runtime);
      url = server.url();
      Files.writeString(portFile, Integer.toString(server.port()));
    } catch (IOException unusable) {
      throw new UncheckedIOException(
          "cannot listen on " + settings.address() + ":" + settings.port(), unusable);
    }
    LOG.info("listening on {}", url);
  }

  /** The URL under which the host is reached from this machine. */
  public String url() {
    return url;
  }

  /** Ends streams cleanly and stops to listen. */
  @Deactivate
  public void close() {
    server.close();
  }

  /** A port that was picked stays the same while bundles are refreshed under the host. */
  private static int port(HttpSettings settings, Path portFile) throws IOException {
    return settings.port() == 0 && Files.exists(portFile)
        ? Integer.parseInt(Files.readString(portFile))
        : settings.port();
  }
}
