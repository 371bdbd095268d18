/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.shell;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.endpoint.support.message.HeaderText;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The commands. They print to the console of their session, which scripts and remote clients see
 * too. The reference keeps this class from being loaded in a host without Gogo, whose API is
 * imported optionally.
 */
@Component(
    service = EndpointCommands.class,
    reference = @Reference(name = "gogo", service = CommandProcessor.class),
    property = {
      "osgi.command.scope=endpoint",
      "osgi.command.function=list",
      "osgi.command.function=types",
      "osgi.command.function=pipes",
      "osgi.command.function=describe",
      "osgi.command.function=tail",
      "osgi.command.function=send",
      "osgi.command.function=drain",
      "osgi.command.function=resume"
    })
public final class EndpointCommands {

  private static final long SEND_TIMEOUT_SECONDS = 60;
  private static final long ENDLESS = -1;

  private final EndpointRuntime runtime;

  /** Called by the component runtime. */
  @Activate
  public EndpointCommands(@Reference EndpointRuntime runtime) {
    this.runtime = runtime;
  }

  /** {@code endpoint:list}. */
  @Descriptor("lists the configured endpoints")
  public void list(CommandSession session, String... arguments) {
    expect("list", arguments);
    Table table = new Table("NAME", "TYPE", "VERSION", "STATE", "IN", "OUT", "REASON");
    for (ManagedEndpoint endpoint : runtime.endpoints()) {
      EndpointStatus status = endpoint.status();
      table.add(
          endpoint.name(),
          endpoint.type(),
          endpoint.version().orElse("-"),
          status.state().name(),
          Long.toString(status.counters().in()),
          Long.toString(status.counters().out()),
          status.reason());
    }
    session.getConsole().print(table);
  }

  /** {@code endpoint:types}. */
  @Descriptor("lists the endpoint types that bundles serve")
  public void types(CommandSession session, String... arguments) {
    expect("types", arguments);
    Table table = new Table("TYPE", "VERSION", "MODES", "QOS", "CAPABILITIES");
    for (EndpointType type : runtime.types()) {
      table.add(
          type.name(),
          type.version(),
          type.modes().toString(),
          type.qos().toString(),
          type.capabilities().toString());
    }
    session.getConsole().print(table);
  }

  /** {@code endpoint:pipes}. */
  @Descriptor("lists the configured pipes")
  public void pipes(CommandSession session, String... arguments) {
    expect("pipes", arguments);
    Table table = new Table("NAME", "FROM", "TO", "STATE", "IN", "OUT", "FAILED", "REASON");
    for (ManagedPipe pipe : runtime.pipes()) {
      EndpointStatus status = pipe.status();
      table.add(
          pipe.name(),
          pipe.from(),
          pipe.to(),
          status.state().name(),
          Long.toString(status.counters().in()),
          Long.toString(status.counters().out()),
          Long.toString(status.counters().failed()),
          status.reason());
    }
    session.getConsole().print(table);
  }

  /** {@code endpoint:describe}. */
  @Descriptor("shows status, counters and configuration of an endpoint: describe NAME")
  public void describe(CommandSession session, String... arguments) {
    expect("describe NAME", arguments);
    ManagedEndpoint endpoint = endpoint(arguments[0]);
    EndpointStatus status = endpoint.status();
    EndpointCounters counters = status.counters();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s (%s %s), configuration %s%n"
            .formatted(
                endpoint.name(), endpoint.type(), endpoint.version().orElse("-"), endpoint.pid()));
    text.append("%s since %s%n".formatted(status, status.since()));
    status.violations().forEach(violation -> text.append("  %s%n".formatted(violation)));
    status.warnings().forEach(warning -> text.append("  warning: %s%n".formatted(warning)));
    status.lastError().ifPresent(error -> text.append("last error %s%n".formatted(error)));
    status
        .details()
        .forEach((key, value) -> text.append("  %s: %s%n".formatted(key, HeaderText.of(value))));
    text.append(
        "in %d, out %d, failed %d, dropped %d, skipped %d, redelivered %d%n"
            .formatted(
                counters.in(),
                counters.out(),
                counters.failed(),
                counters.dropped(),
                counters.skipped(),
                counters.redelivered()));
    text.append(
        "in flight %d, unsettled %d, reconnects %d, lag %d%n"
            .formatted(
                counters.inFlight(), counters.unsettled(), counters.reconnects(), counters.lag()));
    endpoint
        .configuration()
        .forEach((key, value) -> text.append("  %s = %s%n".formatted(key, value)));
    session.getConsole().print(text);
  }

  /** {@code endpoint:tail}. */
  @Descriptor("prints the messages of an endpoint as they come: tail [-n COUNT] NAME")
  public void tail(CommandSession session, String... arguments) {
    String usage = "tail [-n COUNT] NAME";
    boolean counted = arguments.length > 0 && arguments[0].matches("-n|--count");
    if (arguments.length != (counted ? 3 : 1)) {
      throw usage(usage);
    }
    long count = counted ? count(arguments[1], usage) : ENDLESS;
    String name = arguments[arguments.length - 1];
    new MessageTail().print(messages(name), count, session.getConsole());
  }

  /** {@code endpoint:send}. */
  @Descriptor("publishes a text and waits for the receipt: send NAME TEXT")
  public void send(CommandSession session, String... arguments) throws InterruptedException {
    expect("send NAME TEXT", arguments);
    session.getConsole().println(send(arguments[0], arguments[1]));
  }

  private String send(String name, String text) throws InterruptedException {
    try {
      Receipt receipt =
          messages(name)
              .publish(Message.of(text))
              .toCompletableFuture()
              .get(SEND_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return receipt.isConfirmed()
          ? "confirmed " + receipt.attributes().asMap()
          : receipt.toString();
    } catch (TimeoutException e) {
      return "no receipt within " + SEND_TIMEOUT_SECONDS + " s; it may still be sent";
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** {@code endpoint:drain}. */
  @Descriptor("stops an endpoint after its drain time, until it is resumed: drain NAME")
  public void drain(CommandSession session, String... arguments) {
    expect("drain NAME", arguments);
    String name = arguments[0];
    if (!runtime.drain(name)) {
      throw unknown(name);
    }
    session.getConsole().println(name + " drains; endpoint:resume " + name + " lets it work again");
  }

  /** {@code endpoint:resume}. */
  @Descriptor("lets a drained endpoint work again: resume NAME")
  public void resume(CommandSession session, String... arguments) {
    expect("resume NAME", arguments);
    if (!runtime.resume(arguments[0])) {
      throw unknown(arguments[0]);
    }
    session.getConsole().println(arguments[0] + " resumes");
  }

  /** The shell's own check would answer that it cannot coerce the arguments. */
  private static void expect(String usage, String... arguments) {
    if (arguments.length != usage.split(" ").length - 1) {
      throw usage(usage);
    }
  }

  private static long count(String text, String usage) {
    try {
      long count = Long.parseLong(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // answered like a negative one
    }
    throw usage(usage);
  }

  private static IllegalArgumentException usage(String usage) {
    return new IllegalArgumentException("usage: endpoint:" + usage);
  }

  private ManagedEndpoint endpoint(String name) {
    return runtime.endpoint(name).orElseThrow(() -> unknown(name));
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("no endpoint is named '" + name + "'");
  }

  private MessageEndpoint messages(String name) {
    Endpoint endpoint =
        endpoint(name)
            .endpoint()
            .orElseThrow(
                () -> new IllegalArgumentException("'" + name + "' has no usable configuration"));
    return (MessageEndpoint) endpoint;
  }
}
