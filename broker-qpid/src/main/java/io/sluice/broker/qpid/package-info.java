/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * A broker of AMQP 0-9-1, Apache Qpid Broker-J, in a JVM of its own, for tests: {@link
 * io.sluice.broker.qpid.Main}.
 *
 * <p>A process can be killed, frozen and started again as no broker inside the test's JVM can, and
 * its class path meets no other class path.
 */
package io.sluice.broker.qpid;
