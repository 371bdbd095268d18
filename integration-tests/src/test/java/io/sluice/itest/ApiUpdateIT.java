/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/**
 * Updating the API restarts all that use it. This class uses nothing of the API: it would be
 * restarted as well.
 */
@RunWith(PaxExam.class)
public class ApiUpdateIT {

  @Rule public final Host host = new Host();

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void streamEndsCleanlyAndGoesOnAfterTheLastMessageThatWasRead() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    Bundle reader = host.start(BundleFile.READER);
    await().until(() -> signals(reader).size() > 50);

    Bundle api = host.bundle("io.sluice.endpoint.api");
    host.update(api, BundleFile.API.version("1.0.1"));
    host.refresh();

    int before = signals(reader).size();
    await().until(() -> signals(reader).size() > before + 50);
    List<String> signals = signals(reader);
    assertThat(signals).noneMatch(signal -> signal.startsWith("error"));
    assertThat(numbers(signals)).containsExactlyElementsOf(firstNumbers(numbers(signals).size()));
    assertThat(host.bundle("io.sluice.endpoint.runtime").getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(host.bundle("io.sluice.endpoint.mock").getState()).isEqualTo(Bundle.ACTIVE);
  }

  private static List<Integer> numbers(List<String> signals) {
    return signals.stream()
        .filter(signal -> signal.matches("\\d+"))
        .map(Integer::valueOf)
        .distinct()
        .toList();
  }

  private static List<Integer> firstNumbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static List<String> signals(Bundle reader) throws IOException {
    Path file = reader.getDataFile("signals").toPath();
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
