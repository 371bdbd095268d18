/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageTemplateTest {

  private static final long NOW = Instant.parse("2026-05-01T10:00:00Z").toEpochMilli();

  @Test
  void placeholdersAreFilledIn() {
    assertThat(render("n={{index}}, {{ index }} at {{timestamp}}!", 7))
        .isEqualTo("n=7, 7 at 2026-05-01T10:00:00Z!");
  }

  @Test
  void otherBracesStay() {
    assertThat(render("{{other}} {index} {{}} ü", 1)).isEqualTo("{{other}} {index} {{}} ü");
  }

  @Test
  void aUuidBelongsToItsIndex() {
    UUID first = UUID.fromString(render("{{uuid}}", 1));

    assertThat(first.version()).isEqualTo(4);
    assertThat(first.variant()).isEqualTo(2);
    assertThat(render("{{uuid}}", 1)).isEqualTo(first.toString());
    assertThat(render("{{uuid}}", 2)).isNotEqualTo(first.toString());
    assertThat(new MessageTemplate("{{uuid}}", 43).render(1, NOW))
        .isNotEqualTo(first.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String render(String content, long index) {
    return new String(new MessageTemplate(content, 42).render(index, NOW), StandardCharsets.UTF_8);
  }
}
