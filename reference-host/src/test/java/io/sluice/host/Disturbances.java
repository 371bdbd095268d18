/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** What a series of disturbances, such as updates, cost the reader of a stream. */
final class Disturbances {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String stream;
  private final SequenceReader reader;
  private final int window;
  private final Callable<Long> made;
  private final long began = System.nanoTime();
  private final long eventsBefore;
  private final Times gaps = new Times();
  private long repeatedBefore;
  private long rate;

  /**
   * None yet.
   *
   * @param stream names it in the report
   * @param window how many messages one disturbance may repeat
   */
  Disturbances(String stream, SequenceReader reader, int window) {
    this(stream, reader, window, () -> 0L);
  }

  /**
   * None yet.
   *
   * @param made how many messages have been made so far, where many may be on their way
   */
  Disturbances(String stream, SequenceReader reader, int window, Callable<Long> made) {
    this.stream = stream;
    this.reader = reader;
    this.window = window;
    this.made = made;
    this.eventsBefore = reader.events();
  }

  /** One begins now. */
  void begin() {
    repeatedBefore = reader.repeated();
    reader.mark();
  }

  /** It is over, and the stream has gone on. */
  void end(String what) {
    gaps.add(reader.longestGap().toMillis());
    assertThat(reader.repeated() - repeatedBefore)
        .as("repeated by " + what + " in " + stream)
        .isLessThanOrEqualTo(window);
  }

  /** Waits for messages that cannot have been on their way when this was called. */
  void awaitProgress() throws Exception {
    long before = reader.events();
    long present = made.call();
    await("the stream goes on")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(reader.end()).isNull();
              assertThat(reader.events()).isGreaterThan(before + 2L * window);
              assertThat((long) reader.highest()).isGreaterThanOrEqualTo(present);
            });
  }

  /** Prints what they cost; nothing is lost. */
  void report(String series) {
    long millis = (System.nanoTime() - began) / 1_000_000;
    rate = (reader.events() - eventsBefore) * 1000 / millis;
    int limit = reader.highest();
    System.out.printf(
        "%s, %s: %d times in %.1f s, %d messages/s, %d of %d lost, %d repeated,"
            + " gaps p50 %d ms, p99 %d ms, longest %d ms%n",
        series,
        stream,
        gaps.count(),
        millis / 1000.0,
        rate,
        missing(limit),
        limit + 1,
        reader.repeated(),
        gaps.percentile(50),
        gaps.percentile(99),
        gaps.percentile(100));
  }

  /** Little was repeated, and the stream was as fast as it must be, by the last report. */
  void check(int minPerSecond, Duration maxGap) {
    assertThat(reader.end()).as("end of the reader's connection").isNull();
    assertThat(reader.repeated()).isLessThanOrEqualTo((long) gaps.count() * window);
    assertThat(rate).as("messages/s in " + stream).isGreaterThan(minPerSecond);
    assertThat(gaps.percentile(99))
        .as("99th percentile of the gaps in " + stream + ", in ms")
        .isLessThanOrEqualTo(maxGap.toMillis());
  }

  /** What was sent again may come after newer messages. */
  private long missing(int limit) {
    await("nothing is lost")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.missingUpTo(limit)).isZero());
    return reader.missingUpTo(limit);
  }
}
