/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.BoundedWait;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.IdlingThread;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.ReconnectLoop;
import io.sluice.endpoint.support.net.AddressResolver;
import io.sluice.endpoint.support.net.ServerAddress;
import io.sluice.endpoint.support.net.ServerProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the cluster: makes sure again and again that a broker answers, and alone
 * reports whether the endpoint is connected. Producer and consumers have connections of their own,
 * which their clients make again by themselves.
 *
 * <p>What may wait (making and closing the client, probing a broker that does not answer) runs on a
 * thread of its own, which ends while there is nothing to wait for. Its state belongs to that
 * thread, but for what is volatile.
 */
final class KafkaConnection implements GroupMembership.Groups, TopicWatch.Topics {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaConnection.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration GROUP_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

  private final KafkaSettings settings;
  private final KafkaClients clients;
  private final SharedWorkers workers;
  private final ServerProbe probe;
  private final ThreadPoolExecutor thread;
  private final ThreadFactory closers;

  private final ReconnectLoop loop;

  /** The last one; set by the connection's thread. */
  private volatile ReconnectLoop.Attempt attempt;

  private volatile boolean over;
  private volatile Admin admin;

  /**
   * A connection that is not made yet.
   *
   * @param resolver looks up the names of servers
   */
  KafkaConnection(
      KafkaSettings settings,
      KafkaClients clients,
      EndpointThreads threads,
      SharedWorkers workers,
      EndpointLifecycle lifecycle,
      EndpointMeter meter,
      AddressResolver resolver,
      ReconnectLoop.Listener listener) {
    this.settings = settings;
    this.clients = clients;
    this.workers = workers;
    this.probe =
        new ServerProbe(
            settings.bootstrapServers().stream().map(ServerAddress::parse).toList(),
            resolver,
            CONNECT_TIMEOUT);
    this.thread = IdlingThread.of(threads, "connection");
    this.closers = threads.forPurpose("connection-end");
    this.loop =
        new ReconnectLoop(
            begun -> onThread(() -> connect(begun)),
            settings.reconnect().backoff(),
            lifecycle,
            lifecycle.link("brokers"),
            meter,
            workers,
            listener);
  }

  /**
   * Makes the client and has it connect, if that works at once; reports nothing.
   *
   * @return completes when a broker has answered, or none has in time
   */
  CompletionStage<Void> prepare() {
    return CompletableFuture.runAsync(this::makeClient, thread)
        .thenCompose(done -> ask())
        .handle(
            (id, failure) -> {
              if (failure != null) {
                LOG.debug("{} is not reached yet", settings.bootstrapServers(), failure);
              }
              return null;
            });
  }

  /** Begins to connect. */
  void open() {
    loop.open();
  }

  /** Why no broker can be reached now, for people; empty while one answers. */
  Optional<String> hindrance() {
    return loop.hindrance().map(Throwable::getMessage);
  }

  @Override
  public boolean isReachable() {
    return admin != null;
  }

  @Override
  public boolean isOnlyMember(String group, String instance) {
    Admin present = admin;
    if (present == null) {
      return false;
    }
    try {
      var members =
          present
              .describeConsumerGroups(List.of(group))
              .describedGroups()
              .get(group)
              .get(GROUP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .members();
      return members.size() == 1
          && members.iterator().next().groupInstanceId().equals(Optional.of(instance));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The members of group '{}' are not known", group, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void removeMember(String group, String instance) {
    Admin present = admin;
    if (present == null) {
      return;
    }
    try {
      present
          .removeMembersFromConsumerGroup(
              group,
              new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove(instance))))
          .all()
          .get(GROUP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It may never have been a member; if it is one, its session times out.
      LOG.debug("Member {} was not removed from group '{}'", instance, group, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Completes on a thread of the client. */
  @Override
  public CompletionStage<Set<TopicPartition>> assignedPartitions(String group) {
    Admin present = admin;
    if (present == null) {
      return new CompletableFuture<>();
    }
    return present
        .describeConsumerGroups(Set.of(group))
        .all()
        .toCompletionStage()
        .thenApply(groups -> groups.get(group))
        .thenCompose(KafkaConnection::assignedPartitions);
  }

  private static CompletionStage<Set<TopicPartition>> assignedPartitions(
      ConsumerGroupDescription group) {
    Set<TopicPartition> partitions = new HashSet<>();
    group.members().forEach(member -> partitions.addAll(member.assignment().topicPartitions()));
    // A group that is rebalancing sees to its partitions by itself.
    return group.groupState() == GroupState.STABLE
        ? CompletableFuture.completedStage(partitions)
        : new CompletableFuture<>();
  }

  /** Completes on a thread of the client. */
  @Override
  public CompletionStage<Map<String, Uuid>> ids(Set<String> names) {
    Admin present = admin;
    if (present == null) {
      return CompletableFuture.failedStage(
          EndpointException.retryable(ErrorCode.UNAVAILABLE, "not connected"));
    }
    var asked = present.describeTopics(names).topicNameValues();
    return CompletableFuture.allOf(
            asked.values().stream()
                .map(topic -> topic.toCompletionStage().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        .handle((done, failure) -> existing(asked));
  }

  /** Fails if no broker can tell of one of them whether it exists. */
  private static Map<String, Uuid> existing(Map<String, KafkaFuture<TopicDescription>> asked) {
    Map<String, Uuid> ids = new HashMap<>();
    asked.forEach(
        (name, topic) -> {
          try {
            ids.put(name, topic.getNow(null).topicId());
          } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
              ids.put(name, Uuid.ZERO_UUID);
            } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
              throw new CompletionException(e.getCause());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return ids;
  }

  /** Gives up, as the endpoint can never work as it is. */
  void fail(EndpointException error) {
    over = true;
    loop.fail(error);
  }

  /**
   * Ends the connection for good, without a report.
   *
   * @return completes when its thread is about to end, or after half a second: a thread that hangs
   *     in the look-up of a name is left behind, and does nothing more when it comes back
   */
  CompletionStage<Void> close() {
    over = true;
    loop.close();
    probe.close();
    CompletableFuture<Void> idle = CompletableFuture.runAsync(this::closeClient, thread);
    thread.shutdown();
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(this::closeClient, task -> closers.newThread(task).start());
    return BoundedWait.of(CompletableFuture.allOf(idle, ended), CLOSE_TIMEOUT, workers)
        .thenAccept(this::warnIfLate);
  }

  private void warnIfLate(boolean inTime) {
    if (!inTime) {
      LOG.warn(
          "Endpoint '{}': the connection does not close; its thread ends when the look-up of a host"
              + " name returns",
          clients.endpoint());
    }
  }

  private void connect(ReconnectLoop.Attempt begun) {
    attempt = begun;
    if (over) {
      return;
    }
    try {
      Optional<EndpointException> unreachable = probe.whyUnreachable();
      if (over) {
        return;
      }
      if (unreachable.isPresent()) {
        lost(unreachable.get());
        return;
      }
      makeClient();
      look();
    } catch (RuntimeException | LinkageError e) {
      answered(e);
    }
  }

  private void makeClient() {
    if (admin == null && !over) {
      admin = clients.admin();
    }
    if (over) {
      closeClient(); // who closed the connection may not have seen it
    }
  }

  private void look() {
    if (over || admin == null) {
      return;
    }
    ask()
        .whenComplete(
            (id, failure) -> {
              if (failure == null && loop.isUp()) {
                lookLater();
              } else {
                onThread(() -> answered(failure));
              }
            });
  }

  /** Asks a broker for its view of the cluster. The answer comes on a thread of the client. */
  private CompletionStage<String> ask() {
    Admin present = admin;
    return present == null
        ? CompletableFuture.failedStage(new CancellationException("the connection is closed"))
        : present
            .describeCluster(
                new DescribeClusterOptions().timeoutMs((int) ANSWER_TIMEOUT.toMillis()))
            .clusterId()
            .toCompletionStage();
  }

  private void lookLater() {
    after(LOOK_INTERVAL, this::look);
  }

  private void answered(Throwable failure) {
    if (over) {
      return;
    }
    if (failure == null) {
      attempt.connected();
      lookLater();
    } else {
      lost(KafkaErrors.of(failure));
    }
  }

  private void lost(EndpointException failure) {
    EndpointException error = explain(failure);
    if (!over) {
      attempt.lost(error);
    }
  }

  /** The client only knows that no broker has answered; the probe tells why. */
  private EndpointException explain(EndpointException failure) {
    return failure.code().equals(ErrorCode.TIMEOUT)
        ? probe.whyUnreachable().orElse(failure)
        : failure;
  }

  private void closeClient() {
    Admin present;
    synchronized (this) {
      present = admin;
      admin = null;
    }
    if (present != null) {
      try {
        present.close(Duration.ZERO); // no caller waits for an answer any more
      } catch (RuntimeException e) {
        LOG.warn("Endpoint '{}': the connection did not close cleanly", clients.endpoint(), e);
      }
    }
  }

  private void after(Duration delay, Runnable task) {
    if (over) {
      return;
    }
    try {
      workers.after(delay, task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped", e);
    }
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The endpoint has stopped", e);
    }
  }
}
