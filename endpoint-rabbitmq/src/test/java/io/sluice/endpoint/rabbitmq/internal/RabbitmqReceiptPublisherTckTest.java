/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.flow.ReceiptPublisherContract;

/** The Reactive Streams rules for the receipts of publishing. */
public class RabbitmqReceiptPublisherTckTest extends ReceiptPublisherContract {

  @Override
  protected EndpointFixture createFixture() {
    return new RabbitmqContractFixture(TestBroker.any());
  }
}
