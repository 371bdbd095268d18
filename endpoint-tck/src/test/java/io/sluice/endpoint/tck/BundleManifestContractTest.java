/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.sluice.endpoint.EndpointFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proper bundle passes, and every check fails for a bundle with the flaw it looks for. */
class BundleManifestContractTest {

  private static Path bundle;

  @TempDir Path folder;

  /** Not named like a test: run by this class only. */
  static class Sample extends BundleManifestContract {

    @Override
    protected EndpointFactory factory() {
      return new MemoryFactory(null);
    }

    @Override
    protected Set<String> jdkImports() {
      return Set.of("javax.net.ssl", "sun.misc");
    }

    @Override
    protected Path bundle() {
      return bundle;
    }
  }

  @Test
  void aProperBundlePasses() throws Exception {
    assertThat(run(null).failed()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ManifestFlaw.class)
  void aFlawIsNoticed(ManifestFlaw flaw) throws Exception {
    ContractRun run = run(flaw);

    assertThat(run.failed()).as("failed checks; all: %s", run).contains(flaw.check());
  }

  @Test
  void everyCheckHasAFlawThatItNotices() {
    Set<String> noticed =
        Stream.of(ManifestFlaw.values()).map(ManifestFlaw::check).collect(Collectors.toSet());

    assertThat(noticed)
        .isEqualTo(ContractRun.checks(new JupiterTestEngine(), selectClass(Sample.class)));
  }

  private ContractRun run(ManifestFlaw flaw) throws Exception {
    bundle = new SampleBundle(flaw).writeTo(folder);
    return ContractRun.of(new JupiterTestEngine(), selectClass(Sample.class));
  }
}
