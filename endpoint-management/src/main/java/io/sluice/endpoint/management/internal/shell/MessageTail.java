/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.shell;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.io.PrintStream;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Prints messages as they come, on the thread of the shell, so that a slow terminal holds up only
 * itself. It consumes with a client id of its own and without settlement: it takes no message away
 * from other consumers and leaves nothing behind in the backend.
 */
final class MessageTail implements Flow.Subscriber<Delivery> {

  private static final int WINDOW_MESSAGES = 64;
  private static final long CHECK_SECONDS = 1;
  private static final Object END = new Object();

  /** Messages, then an error or {@link #END}; bounded by the demand. */
  private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();

  private volatile Flow.Subscription subscription;

  /**
   * Prints until the stream ends, enough messages came, the thread is interrupted, or the client
   * has gone: a remote shell does not always interrupt what runs in it.
   *
   * @param count how many messages; negative for no limit
   */
  void print(MessageEndpoint endpoint, long count, PrintStream out) {
    ConsumeRequest request =
        ConsumeRequest.builder().clientId("tail-" + UUID.randomUUID()).qos(Qos.NONE).build();
    endpoint.consume(request).subscribe(this);
    try {
      for (long printed = 0; printed != count && !out.checkError(); ) {
        Object signal = signals.poll(CHECK_SECONDS, TimeUnit.SECONDS);
        if (signal instanceof Message message) {
          out.println(line(message));
          printed++;
          subscription.request(1);
        } else if (signal != null) {
          out.println(signal == END ? "The stream has ended." : "The stream failed: " + signal);
          return;
        }
      }
    } catch (InterruptedException e) {
      out.println("Interrupted."); // how a shell ends a command
    } finally {
      subscription.cancel();
    }
  }

  private static String line(Message message) {
    // A message must not steer the terminal.
    String text = message.text().replaceAll("\\p{Cntrl}", " ");
    return message.id().orElse("-") + "  " + message.headers() + "  " + text;
  }

  @Override
  public void onSubscribe(Flow.Subscription accepted) {
    if (subscription != null) {
      accepted.cancel(); // rule 2.5
      return;
    }
    subscription = accepted;
    accepted.request(WINDOW_MESSAGES);
  }

  @Override
  public void onNext(Delivery delivery) {
    signals.add(delivery.message());
  }

  @Override
  public void onError(Throwable error) {
    signals.add(String.valueOf(error.getMessage()));
  }

  @Override
  public void onComplete() {
    signals.add(END);
  }
}
