/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import static io.sluice.broker.kafka.Ports.CLIENTS;
import static io.sluice.broker.kafka.Ports.CONTROLLER;
import static io.sluice.broker.kafka.Ports.INTERNAL;

import java.util.Properties;

/** Kafka's server properties for a small node that starts fast. */
final class ServerProperties {

  private final Properties properties = new Properties();

  private ServerProperties() {}

  /** The properties of a node. */
  static Properties of(Options options, Ports ports) {
    ServerProperties generated = new ServerProperties();
    generated.identity(options, ports);
    generated.listeners(options, ports);
    generated.replication(options);
    generated.failover();
    generated.footprint();
    generated.properties.putAll(options.settings());
    return generated.properties;
  }

  private void identity(Options options, Ports ports) {
    set("process.roles", "broker,controller");
    set("node.id", options.nodeId());
    set(
        "controller.quorum.voters",
        options.voters().orElseGet(() -> options.nodeId() + "@" + Ports.local(ports.controller())));
    set("log.dirs", DataFolder.log(options.data()));
  }

  /**
   * The clients' listener may be behind a proxy or ask for passwords; the nodes' own never does.
   */
  private void listeners(Options options, Ports ports) {
    set("listeners", ports.listeners());
    set("advertised.listeners", ports.advertised(options.advertised()));
    set(
        "listener.security.protocol.map",
        "%s:%s,%s:PLAINTEXT,%s:PLAINTEXT"
            .formatted(CLIENTS, options.protocol(), INTERNAL, CONTROLLER));
    set("inter.broker.listener.name", INTERNAL);
    set("controller.listener.names", CONTROLLER);
  }

  private void replication(Options options) {
    int nodes = options.voters().map(voters -> voters.split(",").length).orElse(1);
    int replicas = Math.min(nodes, 3);
    int inSync = Math.min(replicas, 2);
    set("default.replication.factor", replicas);
    set("min.insync.replicas", inSync);
    set("offsets.topic.replication.factor", replicas);
    set("transaction.state.log.replication.factor", replicas);
    set("transaction.state.log.min.isr", inSync);
    set("share.coordinator.state.topic.replication.factor", replicas);
    set("share.coordinator.state.topic.min.isr", inSync);
  }

  /** Short enough that a restart after a crash takes seconds: the old incarnation must expire. */
  private void failover() {
    set("broker.session.timeout.ms", 2000);
    set("broker.heartbeat.interval.ms", 500);
    set("group.initial.rebalance.delay.ms", 0);
    set("group.min.session.timeout.ms", 500);
  }

  private void footprint() {
    set("auto.create.topics.enable", true);
    set("num.partitions", 1);
    set("offsets.topic.num.partitions", 1);
    set("transaction.state.log.num.partitions", 1);
    set("share.coordinator.state.topic.num.partitions", 1);
    set("num.network.threads", 1);
    set("num.io.threads", 2);
    set("background.threads", 2);
    set("group.coordinator.threads", 1);
    set("share.coordinator.threads", 1);
    set("log.cleaner.dedupe.buffer.size", 2 << 20);
    set("log.segment.bytes", 64 << 20);
    set("log.index.size.max.bytes", 1 << 20);
  }

  private void set(String name, Object value) {
    properties.setProperty(name, value.toString());
  }
}
