/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Finds out what a request wants, and has it done. */
final class Router extends Handler.Abstract {

  private final EndpointRuntime runtime;
  private final MessageStreams streams;
  private final long maxBody;

  Router(EndpointRuntime runtime, MessageStreams streams, long maxBody) {
    this.runtime = runtime;
    this.streams = streams;
    this.maxBody = maxBody;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    HttpExchange exchange = new HttpExchange(request, response, callback);
    try {
      route(exchange, RawPath.of(request.getHttpURI()));
    } catch (HttpFailure | EndpointException failure) {
      ShortResponse.failure(exchange, HttpFailure.of(failure));
    }
    return true;
  }

  private void route(HttpExchange exchange, RawPath path) {
    switch (path.first()) {
      case "" -> get(exchange, () -> ShortResponse.text(exchange, Help.TEXT));
      case "endpoints" -> endpoints(exchange, path);
      case "types" -> types(exchange, path);
      case "pipes" -> pipes(exchange, path);
      case "proxy" -> proxy(exchange, path);
      default -> throw unknown(path);
    }
  }

  private void endpoints(HttpExchange exchange, RawPath path) {
    if (path.size() == 1) {
      get(
          exchange,
          () ->
              ShortResponse.json(
                  exchange, 200, StatusJson.array(runtime.endpoints(), StatusJson::of)));
      return;
    }
    ManagedEndpoint endpoint = endpoint(path.segment(1));
    if (path.size() == 2) {
      get(exchange, () -> ShortResponse.json(exchange, 200, StatusJson.of(endpoint)));
    } else if (path.size() == 3 && path.segment(2).equals("messages")) {
      messages(exchange, endpoint);
    } else {
      throw unknown(path);
    }
  }

  private void messages(HttpExchange exchange, ManagedEndpoint endpoint) {
    switch (exchange.request().getMethod()) {
      case "GET" -> streams.open(exchange, handle(endpoint, MessageEndpoint.class, Mode.CONSUME));
      case "POST" -> publish(exchange, handle(endpoint, MessageEndpoint.class, Mode.PUBLISH));
      default -> throw HttpFailure.methodNotAllowed(exchange.request().getMethod(), "GET, POST");
    }
  }

  private void publish(HttpExchange exchange, MessageEndpoint endpoint) {
    BodyReader.read(exchange.request(), maxBody)
        .thenApply(body -> RequestMessage.of(exchange.request().getHeaders(), body))
        .thenCompose(endpoint::publish)
        .thenApply(Receipt::orThrow)
        .whenComplete(
            (receipt, failure) -> {
              if (failure == null) {
                ShortResponse.json(exchange, 200, MessageJson.confirmed(endpoint.name(), receipt));
              } else {
                ShortResponse.failure(exchange, HttpFailure.of(failure));
              }
            });
  }

  private void types(HttpExchange exchange, RawPath path) {
    if (path.size() == 1) {
      get(
          exchange,
          () ->
              ShortResponse.json(exchange, 200, StatusJson.array(runtime.types(), StatusJson::of)));
    } else if (path.size() == 3 && path.segment(2).equals("schema")) {
      EndpointType type = newest(path.segment(1));
      get(exchange, () -> ShortResponse.schema(exchange, type.schema().json()));
    } else {
      throw unknown(path);
    }
  }

  private void pipes(HttpExchange exchange, RawPath path) {
    if (path.size() > 1) {
      throw unknown(path);
    }
    get(
        exchange,
        () -> ShortResponse.json(exchange, 200, StatusJson.array(runtime.pipes(), StatusJson::of)));
  }

  private void proxy(HttpExchange exchange, RawPath path) {
    if (path.size() < 2) {
      throw unknown(path);
    }
    ProxyEndpoint endpoint = handle(endpoint(path.segment(1)), ProxyEndpoint.class, Mode.EXCHANGE);
    new ProxyExchange(exchange, endpoint).start(path.targetAfter(2));
  }

  private ManagedEndpoint endpoint(String name) {
    return runtime
        .endpoint(name)
        .or(() -> runtime.endpoints().stream().filter(e -> e.name().equals(name)).findFirst())
        .orElseThrow(() -> HttpFailure.notFound("there is no endpoint '" + name + "'"));
  }

  private EndpointType newest(String name) {
    List<EndpointType> versions =
        runtime.types().stream().filter(type -> type.name().equals(name)).toList();
    if (versions.isEmpty()) {
      throw HttpFailure.notFound("no bundle serves the endpoint type '" + name + "'");
    }
    return versions.get(versions.size() - 1);
  }

  private static <E extends Endpoint> E handle(ManagedEndpoint endpoint, Class<E> kind, Mode mode) {
    if (endpoint.status().state() == EndpointState.INVALID) {
      throw unusable(endpoint); // it would wait until the configuration is repaired
    }
    Endpoint handle = endpoint.endpoint().orElseThrow(() -> unusable(endpoint));
    if (!kind.isInstance(handle)) {
      throw new EndpointException(
          ErrorCode.MODE_DISABLED,
          "endpoint '" + endpoint.name() + "' does not have the mode " + mode);
    }
    return kind.cast(handle);
  }

  private static EndpointException unusable(ManagedEndpoint endpoint) {
    EndpointStatus status = endpoint.status();
    return new EndpointException(
        ErrorCode.UNAVAILABLE, "endpoint '" + endpoint.name() + "' is " + status);
  }

  private static void get(HttpExchange exchange, Runnable answer) {
    if (!exchange.is("GET") && !exchange.is("HEAD")) {
      throw HttpFailure.methodNotAllowed(exchange.request().getMethod(), "GET, HEAD");
    }
    answer.run();
  }

  private static HttpFailure unknown(RawPath path) {
    return HttpFailure.notFound("nothing is at " + path + "; GET / lists what there is");
  }
}
