/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConsumerRegistryTest {

  private static final EndpointException STOPPED =
      new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped on purpose");

  private final ConsumerRegistry<TestConsumer> registry = new ConsumerRegistry<>();
  private final TestConsumer first = new TestConsumer();
  private final TestConsumer second = new TestConsumer();

  @Test
  void consumersOfOnePlaceAreOpenAtATime() {
    registry.open("group", peers -> first);
    List<TestConsumer> seen = new ArrayList<>();
    registry.open(
        "group",
        peers -> {
          seen.addAll(peers);
          return second;
        });

    assertThat(seen).containsExactly(first);
    assertThat(first.calls).containsExactly("open");
    assertThat(second.calls).containsExactly("open");
    assertThat(registry.all()).containsExactly(first, second);
  }

  @Test
  void oneThatLingersGoesBeforeItsSuccessorOpens() {
    registry.open("group", peers -> first);
    first.lingering = true;

    registry.open(
        "group",
        peers -> {
          assertThat(peers).isEmpty();
          return second;
        });

    assertThat(first.calls).containsExactly("open", "close");
    assertThat(second.calls).isEmpty();
    first.ended.complete(null);
    assertThat(second.calls).containsExactly("open");
    assertThat(registry.all()).containsExactly(second);
  }

  @Test
  void oneThatLingersElsewhereStays() {
    registry.open("group", peers -> first);
    first.lingering = true;

    registry.open("other", peers -> second);

    assertThat(first.calls).containsExactly("open");
    assertThat(second.calls).containsExactly("open");
  }

  @Test
  void stoppingEndsWhenAllHaveEnded() {
    registry.open("group", peers -> first);
    registry.open("other", peers -> second);

    CompletableFuture<Void> stopped = registry.stop(Duration.ofSeconds(1), true, STOPPED);

    assertThat(first.calls).containsExactly("open", "stop PT1S true");
    first.ended.complete(null);
    assertThat(stopped).isNotDone();
    second.ended.complete(null);
    assertThat(stopped).isDone();
    assertThatThrownBy(() -> registry.open("group", peers -> new TestConsumer())).isSameAs(STOPPED);
    assertThat(registry.all()).isEmpty();
  }

  @Test
  void anErrorReachesAllAndThoseThatComeLater() {
    registry.open("group", peers -> first);

    registry.fail(STOPPED);

    assertThat(first.calls).containsExactly("open", "fail");
    assertThatThrownBy(() -> registry.open("group", peers -> second)).isSameAs(STOPPED);
  }

  @Test
  void sumsUpWhatIsKnown() {
    registry.open("group", peers -> first);
    registry.open("group", peers -> second);
    first.unsettled = 3;
    second.unsettled = 4;
    assertThat(registry.unsettled()).isEqualTo(7);
    assertThat(registry.lag()).isEqualTo(-1);

    second.lag = 5;
    assertThat(registry.lag()).isEqualTo(5);
  }

  @Test
  void oneThatCannotBeMadeLeavesNothing() {
    assertThatThrownBy(
            () ->
                registry.open(
                    "group",
                    peers -> {
                      throw STOPPED;
                    }))
        .isSameAs(STOPPED);

    assertThat(registry.all()).isEmpty();
  }

  private static final class TestConsumer implements ConsumerRegistry.Member {

    private final List<String> calls = new ArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean lingering;
    private long unsettled;
    private long lag = -1;

    @Override
    public void open() {
      calls.add("open");
    }

    @Override
    public boolean isLingering() {
      return lingering;
    }

    @Override
    public void close() {
      calls.add("close");
    }

    @Override
    public void stop(Duration drain, boolean successor) {
      calls.add("stop " + drain + " " + successor);
    }

    @Override
    public void fail(EndpointException error) {
      calls.add("fail");
    }

    @Override
    public CompletableFuture<Void> ended() {
      return ended;
    }

    @Override
    public long unsettled() {
      return unsettled;
    }

    @Override
    public long lag() {
      return lag;
    }
  }
}
