/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.junit.jupiter.api.Test;

class OffsetCommitsTest {

  private static final Map<TopicPartition, OffsetAndMetadata> ENDS =
      Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(7));

  private boolean forbidden = true;

  private final MockConsumer<byte[], byte[]> client =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitSync(
            Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
          if (forbidden) {
            throw new GroupAuthorizationException("g");
          }
        }
      };
  private final OffsetCommits commits =
      new OffsetCommits(
          client,
          "orders",
          GroupMember.of("g", GroupMember.CLASSIC, "orders", "t", 0),
          "mark",
          10,
          history());

  @Test
  void aTroubleLastsUntilACommitSucceeds() {
    assertThat(commits.ends(ENDS, Duration.ofSeconds(1))).isFalse();
    assertThat(commits.trouble().orElseThrow())
        .startsWith("group 'g': positions are not committed, and messages may be repeated");

    forbidden = false;

    assertThat(commits.ends(ENDS, Duration.ofSeconds(1))).isTrue();
    assertThat(commits.trouble()).isEmpty();
  }

  @Test
  void aTroubleEndsWithThePartitionsThatAreHeldBack() {
    commits.ends(ENDS, Duration.ofSeconds(1));

    commits.progress(List.of(partition("t"), partition("other")));
    assertThat(commits.trouble()).as("it is not delivered from").isPresent();
    commits.progress(List.of(partition("other")));

    assertThat(commits.trouble()).as("what is left has nothing to commit").isEmpty();
  }

  @Test
  void aTroubleEndsWithTheLastPartition() {
    commits.ends(ENDS, Duration.ofSeconds(1));

    commits.progress(List.of());

    assertThat(commits.trouble()).isEmpty();
  }

  private static KafkaLane partition(String topic) {
    return KafkaLaneTest.partition(new TopicPartition(topic, 0), 7, Qos.AT_MOST_ONCE);
  }

  private GroupHistory history() {
    return GroupHistory.of(
        client, new Waiting(() -> true), KafkaLaneTest.SETTINGS, "mark", Duration.ofSeconds(1));
  }
}
