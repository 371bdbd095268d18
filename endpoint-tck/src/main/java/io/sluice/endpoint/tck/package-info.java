/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Contract tests that the endpoints of any {@link io.sluice.endpoint.EndpointFactory} must pass.
 *
 * <p>A plugin's author writes an {@link io.sluice.endpoint.tck.EndpointFixture} and extends
 * {@link io.sluice.endpoint.tck.EndpointContract} (JUnit 5), the three suites of Reactive Streams
 * in {@link io.sluice.endpoint.tck.flow} (TestNG) and
 * {@link io.sluice.endpoint.tck.BundleManifestContract}, which looks at the built bundle. A check
 * that a fixture or type cannot run is reported as skipped, with its reason.
 *
 * <p>{@link io.sluice.endpoint.tck.EndpointAssertions} has assertions on receipts, statuses and
 * errors, for the tests of an endpoint's own.
 *
 * <p>Real brokers to run them against, and faults on the way there, are in {@link
 * io.sluice.endpoint.tck.broker}.
 *
 * <p>Depends on the service API and test libraries only.
 */
package io.sluice.endpoint.tck;
