/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.schema.Settings;
import io.sluice.endpoint.support.settlement.UnsettledLimits;
import java.time.Duration;

/**
 * The configuration of one endpoint, typed. The schema gives every default.
 *
 * @param echo whether consumers get what is published
 */
record MockSettings(
    Messages messages,
    boolean echo,
    Consumer consumer,
    InFlightLimits inFlight,
    Reconnect reconnect,
    Faults faults,
    Http http) {

  /**
   * What is generated.
   *
   * @param count {@link Long#MAX_VALUE} for no limit
   */
  record Messages(
      Duration interval,
      String content,
      boolean template,
      long count,
      Headers headers,
      Attributes attributes) {

    /** Whether messages come as fast as they are asked for. */
    boolean onDemand() {
      return interval.isZero();
    }
  }

  /** Settlement and flow of one consumer. */
  record Consumer(UnsettledLimits unsettled, FailureStrategy failureStrategy) {}

  /**
   * Faults on purpose.
   *
   * @param failAfter delivered messages, 0 for never
   * @param disconnectEvery delivered messages, 0 for never
   */
  record Faults(
      Duration connectLatency,
      boolean failStart,
      long failAfter,
      long disconnectEvery,
      Duration publishLatency,
      double publishErrorRate,
      long seed) {}

  /** The answer to exchanges. */
  record Http(int status, Headers headers, String body, Duration latency, long maxRequestBody) {}

  /** Reads validated settings. */
  static MockSettings of(Settings settings) {
    return new MockSettings(
        messages(settings),
        settings.flag("echo"),
        consumer(settings.section("consumer")),
        InFlightLimits.of(settings.section("producer")),
        Reconnect.of(settings.section("reconnect")),
        faults(settings.section("faults")),
        http(settings.section("http")));
  }

  private static Messages messages(Settings settings) {
    return new Messages(
        settings.millis("messageInterval"),
        settings.text("messageContent"),
        settings.flag("messageTemplate"),
        settings.optionalNumber("messageCount").orElse(Long.MAX_VALUE),
        headers(settings, "headers"),
        attributes(settings, "metadata"));
  }

  private static Consumer consumer(Settings consumer) {
    return new Consumer(
        UnsettledLimits.of(consumer), consumer.choice("failureStrategy", FailureStrategy.class));
  }

  private static Faults faults(Settings faults) {
    return new Faults(
        faults.millis("connectLatency"),
        faults.flag("failStart"),
        faults.number("failAfter"),
        faults.number("disconnectEvery"),
        faults.millis("publishLatency"),
        faults.decimal("publishErrorRate"),
        faults.number("seed"));
  }

  private static Http http(Settings http) {
    return new Http(
        http.integer("status"),
        headers(http, "headers"),
        http.text("body"),
        http.millis("latency"),
        http.number("maxRequestBody"));
  }

  private static Headers headers(Settings settings, String key) {
    Headers.Builder headers = Headers.builder();
    settings.sections(key).forEach(entry -> headers.add(entry.text("name"), entry.text("value")));
    return headers.build();
  }

  private static Attributes attributes(Settings settings, String key) {
    Attributes.Builder attributes = Attributes.builder();
    settings
        .sections(key)
        .forEach(entry -> attributes.set(entry.text("name"), entry.text("value")));
    return attributes.build();
  }
}
