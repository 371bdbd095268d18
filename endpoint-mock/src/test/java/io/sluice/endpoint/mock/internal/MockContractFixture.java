/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.Ability;
import io.sluice.endpoint.tck.Backend;
import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.InvalidConfiguration;
import io.sluice.endpoint.tck.ListPublisher;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.Situation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;
import org.awaitility.Awaitility;

/** Mock endpoints as the contract uses them: each is its own backend, which echoes. */
final class MockContractFixture implements EndpointFixture {

  private static final long HOUR = 3_600_000;

  private MockEndpointFactory factory = new MockEndpointFactory();

  @Override
  public EndpointFactory factory() {
    return factory;
  }

  @Override
  public void deactivateFactory() {
    factory.close();
    factory = new MockEndpointFactory();
  }

  @Override
  public Backend newBackend() {
    return new EchoingBackend();
  }

  @Override
  public List<InvalidConfiguration> invalidConfigurations() {
    return List.of(
        InvalidConfiguration.of("interval", Map.of("messageInterval", -1), "/messageInterval"),
        InvalidConfiguration.of(
            "five mistakes, nested, dotted, in a list and in a map",
            Map.of(
                "messageCount", "many",
                "messageContnet", "x",
                "headers.0.name", "x",
                "faults", Map.of("publishErrorRate", 2),
                "http.status", 99),
            "/messageCount",
            "/messageContnet",
            "/headers/0/value",
            "/faults/publishErrorRate",
            "/http/status"),
        InvalidConfiguration.of(
            "placeholder", Map.of("messageContent", "$[env:NOT_SET]"), "/messageContent"));
  }

  @Override
  public void close() {
    factory.close();
  }

  private static final class EchoingBackend implements Backend {

    private static final Map<String, Object> ECHO = Map.of("messageCount", 0, "echo", true);

    @Override
    public Set<Ability> abilities() {
      return Set.of(Ability.SEND, Ability.RECEIVE);
    }

    @Override
    public Map<String, Object> configuration(Mode... modes) {
      return ECHO;
    }

    @Override
    public Optional<Map<String, Object>> configuration(Situation situation) {
      return switch (situation) {
        case FLOOD -> Optional.of(Map.of("messageInterval", 0));
        case REFUSES_MESSAGES -> Optional.of(Map.of("faults.publishErrorRate", 1));
        case CONFIRMS_NOTHING, BLOCKS_PUBLISHERS ->
            Optional.of(Map.of("faults.publishLatency", HOUR, "producer.timeout", HOUR));
        case ECHOES_EXCHANGES, ANSWERS_EARLY -> Optional.of(ECHO);
        case ANSWERS_LATE -> Optional.of(Map.of("http.latency", HOUR));
        case DISCONNECTS ->
            Optional.of(
                Map.of(
                    "messageCount", 0,
                    "echo", true,
                    "faults.disconnectEvery", 10,
                    "reconnect.initialDelay", 50));
        case FREEZES ->
            Optional.of(
                Map.of("messageInterval", 0, "faults.publishLatency", HOUR, "http.latency", HOUR));
        case NEVER_ANSWERS -> Optional.of(Map.of("faults.connectLatency", HOUR));
        case BREAKS_OFF_AFTER_HEAD ->
            Optional.of(Map.of("messageCount", 0, "echo", true, "http.maxRequestBody", 4096));
        default -> Backend.unsupported();
      };
    }

    @Override
    public Optional<Map<String, Object>> configuration(long messages) {
      return Optional.of(Map.of("messageInterval", 0, "messageCount", messages));
    }

    /** By a processor, which waits for room in the window as long as consumers settle nothing. */
    @Override
    public void send(MessageEndpoint endpoint, List<Message> messages) {
      Flow.Processor<Message, Receipt> processor = endpoint.publisher(PublishRequest.defaults());
      RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
      receipts.request(Long.MAX_VALUE);
      processor.subscribe(receipts);
      ListPublisher.of(messages).subscribe(processor);
    }

    @Override
    public List<Message> receive(MessageEndpoint endpoint, int count, Duration patience) {
      RecordingSubscriber<Delivery> observer = new RecordingSubscriber<>();
      observer.request(count);
      endpoint.consume(ConsumeRequest.builder().clientId("observer").build()).subscribe(observer);
      Awaitility.await().atMost(patience).until(() -> observer.count() == count);
      return observer.items().stream().map(Delivery::message).toList();
    }
  }
}
