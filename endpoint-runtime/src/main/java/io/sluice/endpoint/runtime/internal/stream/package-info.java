/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Streams of deliveries that outlive the generations behind them. Rule numbers in comments refer to
 * version 1.0.4 of the Reactive Streams specification.
 *
 * <p>A {@code HostStream} is one subscription of a host; a {@code GenerationSubscription} is the
 * part of it that one generation serves; a {@code SettlementLedger} holds the subscription's
 * deliveries that are not settled.
 *
 * <p>Where the backend does not keep a position, the streams of a client id are {@code
 * CompetingStreams} of one subscription of the plugin, and go on from generation to generation by
 * their {@code ClientPosition}. Depends on {@code control} and {@code generation}.
 */
package io.sluice.endpoint.runtime.internal.stream;
