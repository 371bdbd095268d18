/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Numbered messages that are published through endpoints and read back from the first of them, at
 * least once. They go out in rounds: some through each endpoint, and the next round when all are
 * confirmed, up to the first that is not.
 */
public final class RoundTrips implements AutoCloseable {

  private static final String PADDING = " and always the same".repeat(50);

  private final List<MessageEndpoint> writers;
  private final int batch;
  private final Reader reader;
  private final Thread publisher = new Thread(this::publish, "test-round-trips");
  private volatile int rounds;
  private volatile boolean stopped;
  private volatile String failure;

  private RoundTrips(List<MessageEndpoint> writers, int batch) {
    this.writers = writers;
    this.batch = batch;
    this.reader = Reader.of(writers.get(0), RoundTrips::number);
  }

  /**
   * Begins.
   *
   * @param batch messages through each endpoint in a round
   */
  public static RoundTrips begin(int batch, List<MessageEndpoint> writers) {
    RoundTrips trips = new RoundTrips(writers, batch);
    trips.publisher.start();
    return trips;
  }

  /** Waits until a whole round more has been published and read. */
  public void awaitMore() {
    int goal = rounds + 2;
    await("more rounds").until(() -> rounds >= goal || failure != null);
    awaitRead(rounds);
  }

  /** Ends publishing, and waits until everything confirmed has been read. */
  public void finish() {
    stopped = true;
    try {
      publisher.join(TimeUnit.SECONDS.toMillis(20));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    awaitRead(rounds);
  }

  /** What has been read. */
  public ReceivedIds ids() {
    return reader.ids();
  }

  @Override
  public void close() {
    stopped = true;
    publisher.interrupt();
    reader.cancel();
  }

  private void awaitRead(int published) {
    if (failure != null) {
      throw new AssertionError("publishing has failed: " + failure);
    }
    reader.awaitAll(published * batch * writers.size());
  }

  private void publish() {
    try {
      while (!stopped) {
        round();
        rounds++;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      failure = e.toString();
    }
  }

  private void round() throws InterruptedException, ExecutionException {
    int number = rounds * batch * writers.size();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      for (MessageEndpoint writer : writers) {
        receipts.add(writer.publish(Message.of(number++ + PADDING)).toCompletableFuture());
      }
    }
    for (CompletableFuture<Receipt> receipt : receipts) {
      receipt.get().orThrow();
    }
  }

  private static int number(Message message) {
    String text = message.text();
    return Integer.parseInt(text.substring(0, text.indexOf(' ')));
  }
}
