/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The mock bundle is replaced twenty times while an event stream reads one endpoint and a pipe
 * copies it to another one, which a second event stream reads.
 */
@Timeout(1_200)
class HotUpdateUnderLoadIT {

  private static final String BUNDLE_CLASS = "io.sluice.endpoint.mock.internal.MockEndpointFactory";

  /** How much a replacement may repeat: what was delivered and not settled. */
  private static final int WINDOW = 1024;

  /** A pipe repeats what its source delivered again and what its target had not confirmed. */
  private static final int PIPE_WINDOW = 2 * WINDOW;

  private static final int MIN_PER_SECOND = 2000;

  @TempDir private Path load;
  @TempDir private Path releases;

  @Test
  void losesNothing() throws Exception {
    configure();
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      gateway.awaitState("source", "UP");
      gateway.awaitState("target", "UP");
      // The copies are read from the beginning: the reader is there before the pipe.
      try (SequenceReader copies = SequenceReader.open(gateway, "target");
          SequenceReader originals = SequenceReader.open(gateway, "source")) {
        startPipe();
        List<Disturbances> streams =
            List.of(
                new Disturbances("stream", originals, WINDOW),
                new Disturbances("pipe", copies, PIPE_WINDOW));
        for (Disturbances stream : streams) {
          stream.awaitProgress();
        }
        Releases mock = Releases.of("endpoint-mock", load, releases);
        new Updates(gateway, mock, List.of("source", "target"), streams).run();
        streams.forEach(each -> each.report("hot update under load"));
        streams.forEach(each -> each.check(MIN_PER_SECOND, Updates.maxGap()));
        new LoadedClasses(gateway.process).assertOneLoaderOf(BUNDLE_CLASS);
      }
    }
  }

  private void configure() throws IOException {
    GatewayProcess.dropBundles(load);
    GatewayProcess.drop(
        load,
        "io.sluice.endpoint.mock~source.cfg",
        "messageInterval = 0\nmessageTemplate = true\nmessageContent = {{index}}\n");
    GatewayProcess.drop(
        load, "io.sluice.endpoint.mock~target.cfg", "messageCount = 0\necho = true\n");
  }

  private void startPipe() throws IOException {
    GatewayProcess.drop(
        load, "io.sluice.pipe~copy.cfg", "from = source\nto = target\nqos = AT_LEAST_ONCE\n");
  }
}
