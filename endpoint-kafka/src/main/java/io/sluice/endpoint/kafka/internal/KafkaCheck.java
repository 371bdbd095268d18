/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.CheckStep;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.net.ConnectionCheck;
import io.sluice.endpoint.support.net.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.common.KafkaFuture;

/** Tries a configuration with the brokers, step by step; waits for them. One thread uses it. */
final class KafkaCheck {

  private static final String GROUP = "group";
  private static final String CLUSTER = "cluster";

  private final String endpoint;
  private final KafkaSettings settings;
  private final ConnectionCheck check;

  KafkaCheck(String endpoint, KafkaSettings settings, ConnectionCheck check) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.check = check;
  }

  /** Takes all steps. */
  void run() {
    check.reach(settings.bootstrapServers().stream().map(ServerAddress::parse).toList());
    if (!check.isPassed()) {
      handshakes().forEach(step -> check.skipped(step, "no broker is reached"));
      return;
    }
    Admin admin;
    check.begin(handshakes().findFirst().orElse(CLUSTER));
    try {
      admin = new KafkaClients(endpoint, settings).admin();
    } catch (RuntimeException e) {
      check.failed(CLUSTER, KafkaErrors.of(e));
      return;
    }
    try {
      cluster(admin);
      if (check.isPassed()) {
        topics().forEach(topic -> check.step(CheckStep.DESTINATION, () -> topic(admin, topic)));
        if (settings.consumer().enabled()) {
          check.step(GROUP, () -> group(admin));
        }
      }
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /** The client does the handshakes before it asks; the error tells which one has failed. */
  private void cluster(Admin admin) {
    try {
      String id =
          await(
              admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis())).clusterId());
      handshakes().forEach(step -> check.passed(step, settings.securityProtocol()));
      check.passed(CLUSTER, "id " + id);
    } catch (EndpointException e) {
      failedAt(failedStep(e), e);
    }
  }

  private void failedAt(String failed, EndpointException error) {
    for (String step : Stream.concat(handshakes(), Stream.of(CLUSTER)).toList()) {
      if (step.equals(failed)) {
        check.failed(step, error);
      } else if (check.isPassed()) {
        check.passed(step, settings.securityProtocol());
      } else {
        check.skipped(step, "not connected");
      }
    }
  }

  /** Where nothing tells, it is the first of those that need an answer. */
  private String failedStep(EndpointException error) {
    if (error.code().equals(ErrorCode.NOT_AUTHORIZED)) {
      return CLUSTER;
    }
    String named =
        error.code().equals(ErrorCode.AUTHENTICATION_FAILED)
            ? CheckStep.AUTHENTICATE
            : CheckStep.TLS;
    return handshakes()
        .filter(named::equals)
        .findFirst()
        .or(() -> handshakes().findFirst())
        .orElse(CLUSTER);
  }

  private Stream<String> handshakes() {
    String protocol = settings.securityProtocol();
    return Stream.of(CheckStep.TLS, CheckStep.AUTHENTICATE)
        .filter(
            step ->
                step.equals(CheckStep.TLS)
                    ? protocol.endsWith("SSL")
                    : protocol.startsWith("SASL"));
  }

  private Stream<String> topics() {
    return Stream.concat(
            settings.producer().enabled() ? settings.producer().topics().stream() : Stream.empty(),
            settings.consumer().enabled()
                ? settings.consumer().subscription().topics().stream()
                : Stream.empty())
        .distinct();
  }

  private String topic(Admin admin, String topic) {
    int partitions =
        await(
                admin
                    .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(millis()))
                    .topicNameValues()
                    .get(topic))
            .partitions()
            .size();
    return "topic '%s' has %d partitions".formatted(topic, partitions);
  }

  private String group(Admin admin) {
    String group = settings.consumer().group().id().orElse(endpoint);
    int positions =
        await(
                admin
                    .listConsumerGroupOffsets(
                        group, new ListConsumerGroupOffsetsOptions().timeoutMs(millis()))
                    .partitionsToOffsetAndMetadata())
            .size();
    return "group '%s' has positions in %d partitions".formatted(group, positions);
  }

  private int millis() {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, check.rest().toMillis()));
  }

  private <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(millis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw KafkaErrors.of(e);
    } catch (TimeoutException e) {
      throw EndpointException.retryable(ErrorCode.TIMEOUT, "no broker has answered in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EndpointException(ErrorCode.ENDPOINT_STOPPED, "the check was interrupted");
    }
  }
}
