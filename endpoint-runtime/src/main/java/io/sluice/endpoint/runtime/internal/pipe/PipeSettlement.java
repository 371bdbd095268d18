/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.configuration.PipeDefinition;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the deliveries of a pipe by the receipts of its target, and counts. A message is given up
 * only for an error that concerns the message; for any other, which is trouble of the target, it is
 * kept. Deliveries come serially and receipts come serially; the rest may be called by any thread.
 */
final class PipeSettlement {

  private static final Logger LOG = LoggerFactory.getLogger(PipeSettlement.class);

  private final PipeDefinition definition;
  private final PipeState state;
  private final PipeMeter meter = new PipeMeter();
  private final TargetPause pause;
  private volatile boolean confirming;

  /** Why the target took no message, the last time; null when it has taken one since. */
  private volatile String trouble;

  /** The trouble that was logged last, and whether a refused message was, in this stream. */
  private String loggedTrouble;

  private boolean loggedRefusal;

  PipeSettlement(PipeDefinition definition, PipeState state, TargetPause pause) {
    this.definition = definition;
    this.state = state;
    this.pause = pause;
  }

  /** A stream begins: the next rejection is news. */
  void begin() {
    confirming = false;
    loggedTrouble = null;
    loggedRefusal = false;
  }

  void consumed(Message message) {
    meter.consumed(message);
  }

  void settle(Delivery delivery, Receipt receipt) {
    if (receipt.isConfirmed()) {
      delivery.ack();
      meter.confirmed(receipt.message());
      pause.reset();
      if (!confirming) {
        confirming = true;
      }
      if (trouble != null) {
        trouble = null;
      }
    } else {
      reject(delivery, receipt.error().orElseThrow());
    }
  }

  /** Whether the stream has carried a message to its end. */
  boolean isConfirming() {
    return confirming;
  }

  /** Why the target takes no messages now; empty if it does, or nothing is known. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  void restarted() {
    meter.restarted();
  }

  EndpointCounters counters(long underWay) {
    return meter.counters(underWay, underWay + pause.size());
  }

  private void reject(Delivery delivery, EndpointException error) {
    meter.rejected();
    state.error(error);
    if (error.concernsMessage()) {
      logRefusal(error);
      delivery.nack(Nack.DISCARD);
    } else {
      trouble = error.getMessage();
      logTrouble(error);
      if (definition.qos() == Qos.AT_LEAST_ONCE) {
        pause.hold(delivery);
      }
    }
  }

  private void logRefusal(EndpointException error) {
    if (!loggedRefusal) {
      loggedRefusal = true;
      LOG.warn(
          "Pipe '{}': endpoint '{}' refuses a message, and the pipe discards it: {}",
          definition.name(),
          definition.to(),
          error.toString());
    }
  }

  private void logTrouble(EndpointException error) {
    if (!error.toString().equals(loggedTrouble)) {
      loggedTrouble = error.toString();
      LOG.warn(
          "Pipe '{}': endpoint '{}' takes no messages; {}; check the endpoint: {}",
          definition.name(),
          definition.to(),
          definition.qos() == Qos.AT_LEAST_ONCE
              ? "the pipe keeps them and tries again"
              : "they are lost, as qos is " + definition.qos(),
          error.toString());
    }
  }
}
