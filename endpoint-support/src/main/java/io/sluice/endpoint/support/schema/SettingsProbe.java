package io.sluice.endpoint.support.schema;

import java.util.List;
import java.util.Map;

/**
 * Holds a typed configuration class against its schema, for tests: it hands out {@link Settings}
 * that record what is read, and tells what does not fit.
 *
 * <pre>{@code
 * SettingsProbe probe = new SettingsProbe(schema);
 * MockSettings.of(probe.settings(Map.of()));
 * MockSettings.of(probe.settings(Map.of("http.status", 204)));
 * assertThat(probe.mismatches()).isEmpty();
 * }</pre>
 *
 * Several configurations may be needed until every branch has been read. Not thread-safe.
 */
public final class SettingsProbe {

  /** A probe that has recorded nothing yet. */
  public SettingsProbe(EndpointSchema schema) {
    throw new UnsupportedOperationException();
  }

  /**
   * Settings whose reads this probe records.
   *
   * @param raw a configuration without mistakes
   * @throws IllegalArgumentException if it has any
   */
  public Settings settings(Map<String, ?> raw) {
    throw new UnsupportedOperationException();
  }

  /**
   * What does not fit so far, for people: properties that nobody read, keys read that the schema
   * lacks, and keys read as another type than the schema gives them. Sorted; empty when all is well.
   */
  public List<String> mismatches() {
    throw new UnsupportedOperationException();
  }
}
