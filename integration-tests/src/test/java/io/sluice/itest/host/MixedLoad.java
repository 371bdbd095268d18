/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything at once on an endpoint: a stream that is read at least once, and a thread that
 * publishes and exchanges, one call after the other, up to the first that fails. An exchange alone
 * may fail while its endpoint is replaced.
 */
public final class MixedLoad implements AutoCloseable {

  private final MessageEndpoint messages;
  private final ProxyEndpoint proxy;
  private final Reader reader;
  private final AtomicInteger rounds = new AtomicInteger();
  private final Thread caller = new Thread(this::call, "test-load");
  private volatile boolean stopped;
  private volatile String failure;

  private MixedLoad(MessageEndpoint messages, ProxyEndpoint proxy) {
    this.messages = messages;
    this.proxy = proxy;
    this.reader = Reader.of(messages);
  }

  /** Begins. */
  public static MixedLoad on(Endpoints endpoints, String name) {
    MixedLoad load =
        new MixedLoad(
            endpoints.service(MessageEndpoint.class, name),
            endpoints.service(ProxyEndpoint.class, name));
    load.caller.start();
    return load;
  }

  /** Waits until more has come and more calls were answered. */
  public void awaitSome() {
    int goal = rounds.get() + 2;
    reader.awaitMore(10);
    await("calls are answered").until(() -> rounds.get() >= goal || failure != null);
    if (failure != null) {
      throw new AssertionError("a call has failed: " + failure);
    }
  }

  /** The reader of the stream. */
  public Reader reader() {
    return reader;
  }

  @Override
  public void close() {
    stopped = true;
    caller.interrupt();
    reader.cancel();
    try {
      caller.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call() {
    while (!stopped) {
      try {
        messages.publish(Message.of("traffic")).toCompletableFuture().get().orThrow();
        exchange();
        rounds.incrementAndGet();
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        failure = e.toString();
        return;
      }
    }
  }

  private void exchange() throws Exception {
    try {
      proxy.exchange(ProxyRequest.builder("GET", "/").build()).toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof EndpointException broken) || !broken.isRetryable()) {
        throw e;
      }
    }
  }
}
