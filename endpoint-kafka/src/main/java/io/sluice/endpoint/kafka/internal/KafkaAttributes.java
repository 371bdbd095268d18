/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

/** The attributes of messages that are consumed, and of those to be published. */
final class KafkaAttributes {

  /** Bytes; absent without a key. Strings are sent as UTF-8. */
  static final String KEY = "kafka.key";

  /** String. */
  static final String TOPIC = "kafka.topic";

  /** Integer. */
  static final String PARTITION = "kafka.partition";

  /** Long. */
  static final String OFFSET = "kafka.offset";

  /** {@code CreateTime} or {@code LogAppendTime}. */
  static final String TIMESTAMP_TYPE = "kafka.timestampType";

  private KafkaAttributes() {}
}
