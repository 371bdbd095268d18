/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.management.internal.QueueEndpoint;
import io.sluice.endpoint.management.internal.ShownEndpoint;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EndpointCommandsTest {

  private final QueueEndpoint handle = new QueueEndpoint("orders");
  private final ManagedEndpoint orders =
      ShownEndpoint.live(
          "orders",
          EndpointStatus.builder(EndpointState.DOWN, Instant.EPOCH)
              .reason("refused")
              .details(Map.of("assigned", List.of("orders-0", "orders-1")))
              .counters(EndpointCounters.builder().skipped(7).build())
              .build(),
          handle);
  private final Runtime runtime = new Runtime();
  private final EndpointCommands commands = new EndpointCommands(runtime);
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final CommandSession session =
      (CommandSession)
          Proxy.newProxyInstance(
              CommandSession.class.getClassLoader(),
              new Class<?>[] {CommandSession.class},
              (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("getConsole");
                return new PrintStream(console, true, StandardCharsets.UTF_8);
              });

  @Test
  void listsEndpointsAndTypesInColumns() {
    commands.list(session);
    assertThat(printed().lines())
        .containsExactly(
            "NAME    TYPE   VERSION  STATE  IN  OUT  REASON",
            "orders  queue  1.0.0    DOWN   0   0    refused");
    commands.types(session);
    assertThat(printed()).contains("queue").contains("[CONSUME, PUBLISH]");
  }

  @Test
  void describesAnEndpoint() {
    commands.describe(session, "orders");
    assertThat(printed())
        .contains("orders (queue 1.0.0), configuration io.sluice.endpoint~orders")
        .contains("DOWN (refused) since 1970-01-01T00:00:00Z")
        .contains("dropped 0, skipped 7, redelivered 0")
        .contains("  assigned: [\"orders-0\",\"orders-1\"]")
        .contains("topic = orders");
  }

  @Test
  void sendsAText() throws Exception {
    commands.send(session, "orders", "hello");
    assertThat(printed().strip()).isEqualTo("confirmed {}");
    assertThat(handle.messages).extracting(Message::text).containsExactly("hello");
  }

  @Test
  void printsSoManyMessagesAndNoControlCharacters() {
    handle.publish(Message.of("first\u001b[2J"));
    handle.publish(Message.of("second"));
    handle.publish(Message.of("third"));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    new MessageTail().print(handle, 2, new PrintStream(printed, true, StandardCharsets.UTF_8));
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("-  []  first [2J", "-  []  second");
  }

  @Test
  void endsWhenTheShellInterruptsIt() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Thread thread =
        new Thread(
            () ->
                new MessageTail()
                    .print(handle, -1, new PrintStream(printed, true, StandardCharsets.UTF_8)));
    thread.start();
    thread.interrupt();
    thread.join();
    assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("Interrupted.");
  }

  @Test
  void endsWhenNobodyReadsAnyMore() throws Exception {
    handle.publish(Message.of("first"));
    OutputStream closed = OutputStream.nullOutputStream();
    closed.close();

    new MessageTail().print(handle, -1, new PrintStream(closed));
  }

  @Test
  void endsWhenNobodyReadsAnyMoreThoughNoMessageComes() {
    OutputStream closed =
        new ByteArrayOutputStream() {
          private boolean open = true;

          @Override
          public void flush() throws IOException {
            if (!open) {
              throw new IOException("closed");
            }
            open = false;
          }
        };

    new MessageTail().print(handle, -1, new PrintStream(closed));
  }

  @Test
  void drainsAndResumes() {
    commands.drain(session, "orders");
    assertThat(printed()).contains("endpoint:resume orders");
    commands.resume(session, "orders");
    assertThat(printed()).contains("orders resumes");
    assertThat(runtime.done).containsExactly("drain orders", "resume orders");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.drain(session, "other"))
        .withMessage("no endpoint is named 'other'");
  }

  @Test
  void wrongArgumentsAreAnsweredWithTheUsage() {
    assertUsage(() -> commands.list(session, "all"), "list");
    assertUsage(() -> commands.describe(session), "describe NAME");
    assertUsage(() -> commands.tail(session), "tail [-n COUNT] NAME");
    assertUsage(() -> commands.tail(session, "-n", "orders"), "tail [-n COUNT] NAME");
    assertUsage(() -> commands.tail(session, "-n", "few", "orders"), "tail [-n COUNT] NAME");
    assertUsage(() -> commands.tail(session, "-n", "-7", "orders"), "tail [-n COUNT] NAME");
    assertUsage(() -> commands.send(session, "orders"), "send NAME TEXT");
  }

  @Test
  void tailsSoManyMessages() {
    handle.publish(Message.of("first"));
    commands.tail(session, "-n", "1", "orders");
    assertThat(printed().strip()).isEqualTo("-  []  first");
  }

  private static void assertUsage(ThrowableAssert.ThrowingCallable command, String usage) {
    assertThatIllegalArgumentException()
        .isThrownBy(command)
        .withMessage("usage: endpoint:" + usage);
  }

  private String printed() {
    return console.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tellsOfANameThatNobodyBears() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.describe(session, "other"))
        .withMessage("no endpoint is named 'other'");
  }

  private final class Runtime implements EndpointRuntime {
    private final List<String> done = new ArrayList<>();

    @Override
    public List<ManagedEndpoint> endpoints() {
      return List.of(orders);
    }

    @Override
    public Optional<ManagedEndpoint> endpoint(String name) {
      return name.equals("orders") ? Optional.of(orders) : Optional.empty();
    }

    @Override
    public List<EndpointType> types() {
      return List.of(
          EndpointType.builder("queue")
              .modes(Mode.CONSUME, Mode.PUBLISH)
              .qos(Qos.NONE)
              .schema(ConfigurationSchema.of("{}"))
              .build());
    }

    @Override
    public List<ManagedPipe> pipes() {
      return List.of();
    }

    @Override
    public boolean drain(String name) {
      done.add("drain " + name);
      return name.equals("orders");
    }

    @Override
    public boolean resume(String name) {
      done.add("resume " + name);
      return name.equals("orders");
    }
  }
}
