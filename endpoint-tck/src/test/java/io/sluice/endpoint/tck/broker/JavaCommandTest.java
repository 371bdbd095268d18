/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a broker's jars are looked for. */
class JavaCommandTest {

  private static final String PROPERTY = "sluice.broker.test";

  @AfterEach
  void clear() {
    System.clearProperty(PROPERTY);
  }

  @Test
  void runsFromTheFolderThatThePropertyNames(@TempDir Path folder) {
    System.setProperty(PROPERTY, folder.toString());

    assertThat(JavaCommand.of(PROPERTY, "broker-test", "some.Main"))
        .containsSequence("-cp", folder.resolve("*").toString(), "some.Main");
  }

  @Test
  void saysHowToSetTheProperty() {
    assertThatThrownBy(() -> JavaCommand.of(PROPERTY, "broker-test", "some.Main"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mvn -pl broker-test package")
        .hasMessageContaining("-Dsluice.broker.test=broker-test/target/lib");
  }

  @Test
  void saysHowToMakeTheFolder(@TempDir Path folder) {
    System.setProperty(PROPERTY, folder.resolve("missing").toString());

    assertThatThrownBy(() -> JavaCommand.of(PROPERTY, "broker-test", "some.Main"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mvn -pl broker-test package");
  }
}
