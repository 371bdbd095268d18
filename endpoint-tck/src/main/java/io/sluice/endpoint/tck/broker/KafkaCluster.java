/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three Kafka brokers that are each other's controllers, each in a process of its own.
 *
 * <p>Topics have three replicas, two of which must be in sync, unless they are created otherwise:
 * the cluster works on while any one node is down, stopped or frozen. Not for use by several
 * threads at once.
 */
public final class KafkaCluster implements AutoCloseable {

  private static final int NODES = 3;

  private final List<KafkaBroker> nodes;

  private KafkaCluster(Map<String, String> settings) {
    List<Integer> controllers = Stream.generate(FreePort::choose).limit(NODES).toList();
    String voters =
        ids()
            .mapToObj(id -> id + "@127.0.0.1:" + controllers.get(id - 1))
            .collect(Collectors.joining(","));
    this.nodes = ids().mapToObj(id -> node(id, voters, settings)).toList();
  }

  private static IntStream ids() {
    return IntStream.rangeClosed(1, NODES);
  }

  private static KafkaBroker node(int id, String voters, Map<String, String> settings) {
    KafkaBroker.Builder builder = KafkaBroker.builder().node(id, voters);
    settings.forEach(builder::set);
    return builder.build();
  }

  /** Starts a cluster; returns when all its nodes serve clients. */
  public static KafkaCluster create() {
    return create(Map.of());
  }

  /** Starts a cluster whose nodes have these server properties. */
  public static KafkaCluster create(Map<String, String> settings) {
    KafkaCluster cluster = new KafkaCluster(settings);
    try {
      cluster.start();
      return cluster;
    } catch (RuntimeException failed) {
      cluster.close();
      throw failed;
    }
  }

  /** Starts all nodes that are not running, together; returns when they serve clients. */
  public void start() {
    List<KafkaBroker> down = nodes.stream().filter(node -> !node.isRunning()).toList();
    down.forEach(KafkaBroker::launch);
    down.forEach(KafkaBroker::awaitReady);
  }

  /** The nodes, by ascending node id from 1. */
  public List<KafkaBroker> nodes() {
    return nodes;
  }

  /** The node with an id from 1 to 3, as Kafka's metadata has it. */
  public KafkaBroker node(int id) {
    return nodes.get(id - 1);
  }

  /** Where clients come in: all nodes. */
  public String bootstrapServers() {
    return nodes.stream().map(KafkaBroker::bootstrapServers).collect(Collectors.joining(","));
  }

  /** Ends all nodes and deletes their data. */
  @Override
  public void close() {
    nodes.forEach(KafkaBroker::close);
  }
}
