/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract's own fixture. */
final class MemoryFixture implements EndpointFixture {

  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  private final MemoryFactory factory;
  private final boolean broken;
  private final boolean completes;

  /** A fixture whose streams complete if they are told how long they are. */
  MemoryFixture(Bug bug) {
    this(bug, true);
  }

  MemoryFixture(Bug bug, boolean completes) {
    factory = new MemoryFactory(bug);
    broken = bug != null;
    this.completes = completes;
  }

  @Override
  public EndpointFactory factory() {
    return factory;
  }

  @Override
  public Backend newBackend() {
    return new MemoryBackend("memory:" + ADDRESSES.incrementAndGet());
  }

  @Override
  public List<InvalidConfiguration> invalidConfigurations() {
    return List.of(
        InvalidConfiguration.of("no address", Map.of("flood", true), "/address"),
        InvalidConfiguration.of(
            "three mistakes",
            Map.of("flood", "yes", "consumer.maxUnsettled", "many"),
            "/address",
            "/flood",
            "/consumer/maxUnsettled"));
  }

  @Override
  public Duration patience() {
    return Duration.ofMillis(broken ? 1000 : 20_000);
  }

  @Override
  public Duration quiet() {
    return Duration.ofMillis(150);
  }

  private final class MemoryBackend implements Backend {

    private final String address;
    private final MemoryBroker broker;

    MemoryBackend(String address) {
      this.address = address;
      broker = MemoryBroker.open(address);
    }

    @Override
    public Set<Ability> abilities() {
      return Set.of(Ability.values());
    }

    @Override
    public Map<String, Object> configuration(Mode... modes) {
      Map<String, Object> properties = new LinkedHashMap<>();
      properties.put("address", address);
      for (Mode mode : modes) {
        properties.put(section(mode), Map.of("enabled", true));
      }
      return properties;
    }

    private String section(Mode mode) {
      return switch (mode) {
        case CONSUME -> "consumer";
        case PUBLISH -> "producer";
        case EXCHANGE -> "exchange";
      };
    }

    @Override
    public Optional<Map<String, Object>> configuration(Situation situation) {
      return Optional.of(
          switch (situation) {
            case UNREACHABLE -> Map.of("address", "nowhere", "consumer.enabled", true);
            case FLOOD -> PropertyForms.with(configuration(Mode.CONSUME), "flood", true);
            case REFUSES_MESSAGES ->
                PropertyForms.with(configuration(Mode.PUBLISH), "producer.refuse", true);
            case CONFIRMS_NOTHING ->
                PropertyForms.with(configuration(Mode.PUBLISH), "producer.stall", true);
            case ECHOES_EXCHANGES ->
                PropertyForms.with(configuration(Mode.EXCHANGE), "exchange.echo", true);
            case ANSWERS_LATE ->
                PropertyForms.with(configuration(Mode.EXCHANGE), "exchange.late", true);
            case FREEZES -> PropertyForms.with(inTrouble(situation), "flood", true);
            default -> inTrouble(situation);
          });
    }

    private Map<String, Object> inTrouble(Situation situation) {
      return PropertyForms.with(configuration(modes(situation)), "trouble", situation.name());
    }

    private static Mode[] modes(Situation situation) {
      return switch (situation) {
        case BLOCKS_PUBLISHERS, REFUSES_LARGE_MESSAGES -> new Mode[] {Mode.PUBLISH};
        case BREAKS_OFF_AFTER_HEAD, SENDS_INFORMATIONAL, UPGRADES, ANSWERS_EARLY ->
            new Mode[] {Mode.EXCHANGE};
        default -> Mode.values();
      };
    }

    @Override
    public Optional<Map<String, Object>> configuration(long messages) {
      Map<String, Object> flood = configuration(Situation.FLOOD).orElseThrow();
      return Optional.of(PropertyForms.with(flood, "count", messages)).filter(any -> completes);
    }

    @Override
    public void send(MessageEndpoint endpoint, List<Message> messages) {
      messages.forEach(broker::append);
    }

    @Override
    public List<Message> receive(MessageEndpoint endpoint, int count, Duration patience) {
      return broker.log();
    }

    @Override
    public void sendMalformed(MessageEndpoint endpoint) {
      broker.append(null);
    }

    @Override
    public void interrupt() {
      broker.setUp(false);
    }

    @Override
    public void restore() {
      broker.setUp(true);
    }

    @Override
    public void close() {
      MemoryBroker.close(address);
    }
  }
}
