/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.configuration.PipeDefinition;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the deliveries of a pipe by the receipts of its target, and counts. Deliveries come
 * serially and receipts come serially; the rest may be called by any thread.
 */
final class PipeSettlement {

  private static final Logger LOG = LoggerFactory.getLogger(PipeSettlement.class);

  private static final Set<ErrorCode> TARGET_GONE =
      Set.of(ErrorCode.ENDPOINT_STOPPED, ErrorCode.UNAVAILABLE, ErrorCode.MODE_DISABLED);

  private final PipeDefinition definition;
  private final PipeState state;
  private final PipeMeter meter = new PipeMeter();
  private final RequeueBackoff requeues;
  private volatile boolean confirming;
  private volatile boolean rejecting;

  PipeSettlement(PipeDefinition definition, PipeState state, ControlThread control) {
    this.definition = definition;
    this.state = state;
    this.requeues = new RequeueBackoff(control);
  }

  /** A stream begins: the next rejection is news. */
  void begin() {
    confirming = false;
    rejecting = false;
  }

  void consumed(Message message) {
    meter.consumed(message);
  }

  void settle(Delivery delivery, Receipt receipt) {
    if (receipt.isConfirmed()) {
      delivery.ack();
      meter.confirmed(receipt.message());
      requeues.reset();
      if (!confirming) {
        confirming = true;
      }
    } else {
      reject(delivery, receipt.error().orElseThrow());
    }
  }

  /** Whether the stream has carried a message to its end. */
  boolean isConfirming() {
    return confirming;
  }

  /** Gives back what is held; the stream has ended or ends. */
  void release() {
    requeues.flush();
  }

  void restarted() {
    meter.restarted();
  }

  EndpointCounters counters(long underWay) {
    return meter.counters(underWay, underWay + requeues.size());
  }

  private void reject(Delivery delivery, EndpointException error) {
    meter.rejected();
    state.error(error);
    if (!rejecting) {
      rejecting = true;
      LOG.warn(
          "Endpoint '{}' rejects messages of pipe '{}'; check the target: {}",
          definition.to(),
          definition.name(),
          error.toString());
    }
    if (!mayPassLater(error)) {
      delivery.nack(Nack.DISCARD);
    } else if (definition.qos() == Qos.AT_LEAST_ONCE) {
      requeues.add(delivery);
    }
  }

  /** Another target may take what one that has gone cannot: the message is not to blame. */
  private static boolean mayPassLater(EndpointException error) {
    return error.isRetryable() || TARGET_GONE.contains(error.code());
  }
}
