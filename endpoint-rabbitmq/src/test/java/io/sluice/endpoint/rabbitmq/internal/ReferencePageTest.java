/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.support.schema.ReferencePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference page is generated; with {@code -Ddocs.write} this test writes it. */
class ReferencePageTest {

  private static final Path PAGE = Path.of("..", "docs", "rabbitmq.md");

  @Test
  void thePageSaysWhatTheSchemaSays() throws IOException {
    RabbitmqEndpointFactory factory = new RabbitmqEndpointFactory();
    String page = ReferencePage.markdown(factory.type());
    factory.close();
    if (System.getProperty("docs.write") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE)
        .as("docs/rabbitmq.md; mvn test -pl endpoint-rabbitmq -am -Ddocs.write writes it")
        .hasContent(page);
  }
}
