/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The load folder links to a volume that is turned over, as container hosts do it. */
@Timeout(120)
class MountedVolumeIT {

  private static final String CONFIGURATION = "io.sluice.endpoint.mock~mounted.cfg";
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  private final Path load;
  private final Path releases;
  private final Path volume;

  MountedVolumeIT(@TempDir Path folder) throws IOException {
    load = Files.createDirectory(folder.resolve("load"));
    releases = Files.createDirectory(folder.resolve("releases"));
    volume = Files.createDirectory(folder.resolve("volume"));
  }

  @Test
  void configurationsAndJarsOfTheSameSizeAndTimeAreTakenUp() throws Exception {
    GatewayProcess.dropBundles(load);
    Releases mock = Releases.of("endpoint-mock", load, releases);
    for (String version : new String[] {"1.0.1", "1.0.2"}) {
      Path folder = Files.createDirectory(volume.resolve(version));
      Files.move(mock.release(version), folder.resolve("mock.jar"));
      Files.writeString(folder.resolve(CONFIGURATION), "messageContent = of " + version + "\n");
      Files.setLastModifiedTime(folder.resolve("mock.jar"), TIME);
      Files.setLastModifiedTime(folder.resolve(CONFIGURATION), TIME);
    }
    assertThat(Files.size(volume.resolve("1.0.1/mock.jar")))
        .as("looks alike")
        .isEqualTo(Files.size(volume.resolve("1.0.2/mock.jar")));
    turnTo("1.0.1");
    for (String file : new String[] {"mock.jar", CONFIGURATION}) {
      Files.createSymbolicLink(load.resolve(file), volume.resolve("..data").resolve(file));
    }
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      awaitServing(gateway, "1.0.1");
      turnTo("1.0.2");
      awaitServing(gateway, "1.0.2");
    }
  }

  private void turnTo(String version) throws IOException {
    Path next = Files.createSymbolicLink(volume.resolve("..next"), Path.of(version));
    Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void awaitServing(GatewayProcess gateway, String version) {
    await("served by " + version)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(gateway.endpoint("mounted").orElseThrow().get("version"))
                  .isEqualTo(new JsonPrimitive(version));
              assertThat(gateway.get("/endpoints/mounted/messages?limit=1").body())
                  .contains("of " + version);
            });
  }
}
