/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What a node is configured with. */
class ServerPropertiesTest {

  private static final String VOTERS = "1@127.0.0.1:11,2@127.0.0.1:12,12@127.0.0.1:13";

  @Test
  void nodeOnItsOwnVotesForItself() {
    Properties properties = properties("--port 1 --internal-port 2 --voters 1@127.0.0.1:3");

    assertThat(properties)
        .containsEntry("process.roles", "broker,controller")
        .containsEntry("controller.quorum.voters", "1@127.0.0.1:3")
        .containsEntry(
            "listeners", "CLIENTS://127.0.0.1:1,INTERNAL://127.0.0.1:2,CONTROLLER://127.0.0.1:3")
        .containsEntry("advertised.listeners", "CLIENTS://127.0.0.1:1,INTERNAL://127.0.0.1:2")
        .containsEntry("offsets.topic.replication.factor", "1")
        .containsEntry("transaction.state.log.min.isr", "1");
  }

  @Test
  void nodeOfClusterReplicates() {
    assertThat(properties("--node-id 2 --voters " + VOTERS))
        .containsEntry("node.id", "2")
        .containsEntry("controller.quorum.voters", VOTERS)
        .containsEntry("offsets.topic.replication.factor", "3")
        .containsEntry("transaction.state.log.min.isr", "2")
        .hasEntrySatisfying(
            "listeners", value -> assertThat((String) value).endsWith("CONTROLLER://127.0.0.1:12"));
  }

  @Test
  void nodeMustBeAmongItsVoters() {
    assertThatThrownBy(() -> properties("--node-id 3 --voters " + VOTERS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Node 3 is none of " + VOTERS);
  }

  @Test
  void onlyClientsAreSentToTheProxy() {
    assertThat(properties("--port 1 --internal-port 2 --advertise 127.0.0.1:9"))
        .containsEntry("advertised.listeners", "CLIENTS://127.0.0.1:9,INTERNAL://127.0.0.1:2");
  }

  @Test
  void onlyClientsAreAskedForPasswords() {
    assertThat(properties("--protocol SASL_PLAINTEXT"))
        .containsEntry(
            "listener.security.protocol.map",
            "CLIENTS:SASL_PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
  }

  @Test
  void settingsOverride() {
    assertThat(properties("--set num.partitions=7 --set message.max.bytes=1000"))
        .containsEntry("num.partitions", "7")
        .containsEntry("message.max.bytes", "1000");
  }

  @Test
  void portsAreKept() {
    Ports first = Ports.choose(options("--port 1"), new Properties());
    Properties before = ServerProperties.of(options(""), first);

    assertThat(Ports.choose(options(""), before)).isEqualTo(first);
    assertThat(Ports.choose(options("--port 7"), before))
        .isEqualTo(new Ports(7, first.internal(), first.controller()));
  }

  private static Properties properties(String words) {
    return ServerProperties.of(options(words), Ports.choose(options(words), new Properties()));
  }

  private static Options options(String words) {
    return Options.parse(("--data /data " + words).trim().split(" "));
  }
}
