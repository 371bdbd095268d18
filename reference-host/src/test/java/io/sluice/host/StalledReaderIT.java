/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that asks for a stream at full rate and does not read it. */
@Timeout(120)
class StalledReaderIT {

  private static final long MEBIBYTE = 1 << 20;

  @TempDir private Path load;

  @Test
  void doesNotGrowTheHeap() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      GatewayProcess.drop(
          load,
          "io.sluice.endpoint.mock~full.cfg",
          "messageInterval = 0\nmessageContent = " + "x".repeat(1000) + "\n");
      gateway.awaitState("full", "UP");
      LoadedClasses memory = new LoadedClasses(gateway.process);
      URI uri = URI.create(gateway.url());
      try (Socket stalled = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
        stalled
            .getOutputStream()
            .write(
                ("GET /endpoints/full/messages HTTP/1.1\r\nHost: "
                        + uri.getAuthority()
                        + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        long delivered = awaitStandstill(gateway);
        long before = memory.heapInUse();
        await("nothing more is delivered, and nothing piles up")
            .during(Duration.ofSeconds(5))
            .atMost(Duration.ofSeconds(10))
            .until(() -> delivered(gateway) == delivered);
        long growth = memory.heapInUse() - before;
        System.out.printf(
            "stalled reader: %d messages delivered, then none; heap %d KiB, grown by %d KiB%n",
            delivered, before / 1024, growth / 1024);
        assertThat(growth).isLessThan(4 * MEBIBYTE);
      }
    }
  }

  /** Waits until the buffers of the connection are full; the number of messages delivered. */
  private static long awaitStandstill(GatewayProcess gateway) throws Exception {
    await("the first messages").until(() -> delivered(gateway) > 0);
    long[] last = {-1};
    await("the stream stands still")
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              long now = delivered(gateway);
              boolean still = now == last[0];
              last[0] = now;
              return still;
            });
    return last[0];
  }

  private static long delivered(GatewayProcess gateway) throws Exception {
    return gateway.endpoint("full").orElseThrow().getAsJsonObject("counters").get("in").getAsLong();
  }
}
