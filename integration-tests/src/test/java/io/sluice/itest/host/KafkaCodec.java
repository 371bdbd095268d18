/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import java.util.Locale;
import java.util.Map;

/** How a Kafka endpoint compresses what it publishes. */
public enum KafkaCodec {
  NONE,
  GZIP,
  SNAPPY,
  LZ4,
  ZSTD;

  /** An endpoint that publishes to a topic so compressed. */
  public Map<String, Object> endpoint(KafkaTopic topic) {
    return topic.endpoint(Map.of("producer.compressionType", toString()));
  }

  /** As configurations have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
