/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;

/** The HTTP face on a free port, with a client. */
final class Face implements AutoCloseable {

  static final long MAX_BODY = 64 * 1024;

  final HttpServer server;
  final HttpClient client = HttpClient.newHttpClient();

  Face(Endpoint... endpoints) throws IOException {
    this(Duration.ofSeconds(15), endpoints);
  }

  Face(Duration heartbeat, Endpoint... endpoints) throws IOException {
    HttpSettings settings =
        new HttpSettings("127.0.0.1", 0, MAX_BODY, Set.of("gateway.example"), heartbeat);
    server = HttpServer.start(settings, new FakeRuntime(endpoints));
  }

  HttpRequest.Builder request(String target) throws IOException {
    return HttpRequest.newBuilder(URI.create(server.url() + target))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String target) throws IOException, InterruptedException {
    return send(request(target));
  }

  RawClient raw() throws IOException {
    return new RawClient(server.port());
  }

  @Override
  public void close() {
    server.close();
  }
}
