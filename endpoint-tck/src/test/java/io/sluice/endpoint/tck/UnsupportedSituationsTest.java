/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.Mode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.engine.JupiterTestEngine;

/** What a fixture does not support, or has never heard of, leaves checks out and says why. */
class UnsupportedSituationsTest {

  /** Not named like a test: run by this class only. */
  static class PlainFixture extends EndpointContract {
    @Override
    protected EndpointFixture createFixture() {
      return new Fixture(new PlainBackend());
    }
  }

  /** Not named like a test: run by this class only. */
  static class OldFixture extends EndpointContract {
    @Override
    protected EndpointFixture createFixture() {
      return new Fixture(new OldBackend());
    }
  }

  @Test
  void leaveChecksOutWithTheReason() {
    ContractRun run = ContractRun.of(new JupiterTestEngine(), selectClass(PlainFixture.class));

    assertThat(run.failed()).as("failed checks; all: %s", run).isEmpty();
    for (Situation situation : Situation.values()) {
      if (situation != Situation.DISCONNECTS) { // asked for only where there is something to send
        assertThat(run.reasons())
            .anyMatch(reason -> reason.contains(situation + " is not supported"));
      }
    }
  }

  @Test
  void areThoseThatAnOldFixtureDoesNotKnow() {
    ContractRun run = ContractRun.of(new JupiterTestEngine(), selectClass(OldFixture.class));

    assertThat(run.failed()).as("failed checks; all: %s", run).isEmpty();
    assertThat(run.reasons()).anyMatch(reason -> reason.contains("FLOOD is not supported"));
  }

  private record Fixture(Backend newBackend) implements EndpointFixture {

    @Override
    public EndpointFactory factory() {
      return new MemoryFactory(null);
    }

    @Override
    public List<InvalidConfiguration> invalidConfigurations() {
      return List.of(InvalidConfiguration.of("no address", Map.of("flood", true), "/address"));
    }
  }

  private static class PlainBackend implements Backend {

    private static final String ADDRESS = "memory:plain";

    @Override
    public Set<Ability> abilities() {
      return Set.of();
    }

    @Override
    public Map<String, Object> configuration(Mode... modes) {
      MemoryBroker.open(ADDRESS);
      return Map.of(
          "address",
          ADDRESS,
          "consumer.enabled",
          true,
          "producer.enabled",
          true,
          "exchange.enabled",
          true);
    }
  }

  /** As a switch without a default branch, compiled when there was no situation at all. */
  private static final class OldBackend extends PlainBackend {
    @Override
    public Optional<Map<String, Object>> configuration(Situation situation) {
      throw new IncompatibleClassChangeError();
    }
  }
}
