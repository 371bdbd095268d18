/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/**
 * Special circumstances that a {@link Backend} can bring about. What it cannot is reported as not
 * supported, and leaves checks out.
 *
 * <p>Grows within 1.x: a switch over it has a {@code default} branch, which returns {@link
 * Backend#unsupported()}.
 */
public enum Situation {
  /** No server answers at the configured address. */
  UNREACHABLE,
  /** There are always more messages to consume, at least a hundred thousand of some bytes each. */
  FLOOD,
  /** The backend refuses every message that is published. */
  REFUSES_MESSAGES,
  /** The backend confirms no published message for at least a minute. */
  CONFIRMS_NOTHING,
  /** An exchange is answered with the body and trailers of its request. */
  ECHOES_EXCHANGES,
  /** An exchange is not answered for at least a minute. */
  ANSWERS_LATE,
  /** The backend takes no message from publishers for at least a minute, and does not say why. */
  BLOCKS_PUBLISHERS,
  /**
   * The backend takes messages of some bytes and refuses those of 256 KiB for their size. {@link
   * Backend#receive} gets what it took.
   */
  REFUSES_LARGE_MESSAGES,
  /** The backend is there and does not accept the configured credentials. */
  REFUSES_CREDENTIALS,
  /**
   * The connection breaks each time that ten messages have been delivered, and comes back by itself
   * within seconds. For backends that lack {@link Ability#INTERRUPT}.
   */
  DISCONNECTS,
  /**
   * The endpoint is connected, gets some messages if it consumes, and from {@link Backend#begin} on
   * nothing that it has under way is answered, in any mode. Connections stay open.
   */
  FREEZES,
  /** A server may be there, and answers nothing: neither yes nor no. */
  NEVER_ANSWERS,
  /** The name of the backend's host is being looked up for at least a minute. */
  RESOLVES_LATE,
  /** An exchange with a body of 64 KiB gets a response that breaks off after its head. */
  BREAKS_OFF_AFTER_HEAD,
  /** An exchange is answered with a 103, which has the header {@code link}, before the response. */
  SENDS_INFORMATIONAL,
  /**
   * A request that offers a tunnel and has the header {@code Upgrade: echo} is upgraded; what goes
   * into the tunnel comes back out of it.
   */
  UPGRADES,
  /** An exchange is answered when the head of its request has come, without need of its body. */
  ANSWERS_EARLY
}
