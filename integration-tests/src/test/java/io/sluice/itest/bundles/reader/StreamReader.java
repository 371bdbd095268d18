/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.bundles.reader;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Flow;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * A consumer in a bundle of its own. It keeps a line for each signal in a file of the bundle, which
 * outlives it, and goes on where the file ends.
 */
@Component(service = StreamReader.class, immediate = true)
public final class StreamReader implements Flow.Subscriber<Delivery> {

  /** The file in the bundle's data area. */
  public static final String FILE = "signals";

  private final Path file;
  private volatile Flow.Subscription subscription;

  @Activate
  public StreamReader(
      BundleContext context, @Reference(target = "(endpoint.name=orders)") MessageEndpoint endpoint)
      throws IOException {
    file = context.getDataFile(FILE).toPath();
    ConsumeRequest.Builder request = ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE);
    if (Files.exists(file)) {
      List<String> lines = Files.readAllLines(file);
      lines.stream()
          .filter(line -> line.matches("\\d+"))
          .reduce((first, second) -> second)
          .ifPresent(request::resumeAfter);
    }
    endpoint.consume(request.build()).subscribe(this);
  }

  @Deactivate
  public void deactivate() {
    subscription.cancel();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Delivery delivery) {
    write(delivery.message().id().orElseThrow());
    delivery.ack();
  }

  @Override
  public void onError(Throwable error) {
    write("error " + error);
  }

  @Override
  public void onComplete() {
    write("complete");
  }

  private void write(String line) {
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
