/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster that loses a node. */
@Timeout(180)
class KafkaClusterTest {

  private static final String TOPIC = "replicated";

  private KafkaCluster cluster;
  private KafkaClients clients;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    cluster = KafkaCluster.create(Map.of("message.max.bytes", "5000"));
    clients = new KafkaClients(cluster.bootstrapServers());
    admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers()));
    admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 3))).all().get(30, SECONDS);
  }

  @AfterEach
  void close() {
    admin.close(Duration.ZERO);
    cluster.close();
  }

  @Test
  void worksOnWithoutOneNode() throws Exception {
    assertThat(admin.describeCluster().nodes().get(30, SECONDS)).hasSize(3);
    clients.send(TOPIC, "one");

    KafkaBroker leader = cluster.node(partition().leader().id());
    leader.kill();
    clients.send(TOPIC, "two");
    assertThat(clients.values(TOPIC, 2)).containsExactly("one", "two");

    leader.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> partition().isr().size() == 3);
  }

  @Test
  void comesBackWhenAllWereDown() throws Exception {
    clients.send(TOPIC, "one");
    cluster.nodes().forEach(KafkaBroker::kill);

    cluster.start();

    assertThat(clients.values(TOPIC, 1)).containsExactly("one");
  }

  private TopicPartitionInfo partition() throws Exception {
    return admin
        .describeTopics(List.of(TOPIC))
        .allTopicNames()
        .get(30, SECONDS)
        .get(TOPIC)
        .partitions()
        .get(0);
  }
}
