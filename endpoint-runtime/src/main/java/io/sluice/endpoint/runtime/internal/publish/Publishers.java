/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.publishing.InFlightWindow;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import io.sluice.endpoint.support.publishing.WindowedSender;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The publishers of one endpoint, which it hands from generation to generation: the one behind
 * {@code publish}, whose messages wait for a limited time, and each processor, whose messages wait
 * as long as they must. Owned by the control thread, but for what is marked otherwise.
 */
public final class Publishers {

  private record Publisher(PublishQueue queue, PublishRequest request, HostProcessor processor) {}

  private final String endpoint;
  private final ControlThread control;
  private final PluginCalls calls;
  private final PublishQueue single;
  private final Set<Publisher> open = new LinkedHashSet<>();
  private Generation current;

  private final Supplier<RuntimeSettings> settings;
  private final WindowedSender window;
  private volatile EndpointException stopped;

  /**
   * Publishers without a generation.
   *
   * @param settings say how large windows are, and how long a message waits. Processors keep the
   *     window that they were made with
   */
  public Publishers(
      String endpoint,
      ControlThread control,
      PluginCalls calls,
      Supplier<RuntimeSettings> settings) {
    this.endpoint = endpoint;
    this.control = control;
    this.calls = calls;
    this.settings = settings;
    this.single = newQueue(() -> settings.get().callTimeout());
    this.window =
        new WindowedSender(
            new InFlightWindow(
                () -> settings.get().maxInFlight(), () -> settings.get().maxInFlightBytes()),
            single);
  }

  /** Publishes one message, as {@code MessageEndpoint.publish} describes. Any thread. */
  public CompletionStage<Receipt> publish(Message message) {
    return window.send(Objects.requireNonNull(message, "message"));
  }

  /** Makes a processor that outlives generations. Any thread. */
  public Flow.Processor<Message, Receipt> processor(PublishRequest request) {
    Objects.requireNonNull(request, "request");
    PublishQueue queue = newQueue(() -> Duration.ZERO);
    RuntimeSettings present = settings.get();
    PublishingProcessor processor =
        new PublishingProcessor(
            endpoint,
            queue,
            present.maxInFlight(),
            present.maxInFlightBytes(),
            hostExecutor(ContextClassLoader.current()));
    HostProcessor host =
        new HostProcessor(
            processor,
            () -> {
              queue.finish();
              post(this::forgetFinished);
            });
    Publisher publisher = new Publisher(queue, request, host);
    if (!post(() -> admit(publisher))) {
      end(publisher, stoppedError());
    }
    return host;
  }

  /** Puts a generation behind the publishers. */
  public void attach(Generation generation) {
    current = generation;
    single.attach(new DirectPluginSender(generation));
    open.forEach(publisher -> attach(publisher, generation));
  }

  /** The present generation is going away: nothing more is sent through it. */
  public void beginDraining() {
    single.beginDraining();
    open.forEach(publisher -> publisher.queue.beginDraining());
  }

  /** Lets go of the present generation: what it has not confirmed waits for the next. */
  public void detach() {
    current = null;
    single.detach();
    open.forEach(publisher -> publisher.queue.detach());
    forgetFinished();
  }

  /**
   * Rejects single messages at once, since no generation is about to come; null to let them wait
   * again. What waits already goes on waiting.
   */
  public void rejectNew(EndpointException error) {
    single.rejectNew(stopped != null ? stopped : error);
  }

  /**
   * Rejects everything and ends the processors, until {@link #reopen()}. After {@link #detach()}.
   */
  public void close() {
    EndpointException error = stoppedError();
    stopped = error;
    single.rejectNew(error);
    single.rejectWaiting(error);
    open.forEach(publisher -> end(publisher, error));
    open.clear();
  }

  /** Takes messages again. */
  public void reopen() {
    stopped = null;
    single.rejectNew(null);
  }

  /** How many messages wait to be sent. Any thread. */
  public int waiting() {
    return single.waiting();
  }

  private void admit(Publisher publisher) {
    if (stopped != null) {
      end(publisher, stopped);
      return;
    }
    open.add(publisher);
    if (current != null && !current.isDraining()) {
      attach(publisher, current);
    }
  }

  private void attach(Publisher publisher, Generation generation) {
    ProcessorPluginSender sender = new ProcessorPluginSender(generation);
    GenerationPublisher attached = publisher.queue.attach(sender);
    sender.whenReady(attached::pump);
    calls
        .call(
            "publisher",
            generation.loader(),
            generation.settings().callTimeout(),
            () -> {
              sender.open(publisher.request);
              return null;
            },
            late -> {})
        .exceptionally(
            error -> {
              DetachedException reason = DetachedException.of(error);
              calls.callback(() -> sender.fail(reason));
              return null;
            });
  }

  private void end(Publisher publisher, EndpointException error) {
    publisher.queue.rejectNew(error);
    publisher.queue.rejectWaiting(error);
    calls.callback(() -> publisher.processor.fail(error));
  }

  private void forgetFinished() {
    open.removeIf(publisher -> publisher.queue.isFinished());
  }

  private PublishQueue newQueue(Supplier<Duration> patience) {
    return new PublishQueue(
        endpoint, control, calls::callback, () -> post(this::forgetFinished), patience);
  }

  private Executor hostExecutor(ClassLoader hostLoader) {
    return task ->
        calls
            .callbacks()
            .execute(
                () -> {
                  ClassLoader previous = ContextClassLoader.enter(hostLoader);
                  try {
                    task.run();
                  } finally {
                    ContextClassLoader.leave(previous);
                  }
                });
  }

  private boolean post(Runnable task) {
    try {
      control.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the runtime has stopped
    }
  }

  private EndpointException stoppedError() {
    return new DetachedException(
        ErrorCode.ENDPOINT_STOPPED, "endpoint '" + endpoint + "' is stopped", false);
  }
}
