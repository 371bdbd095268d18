/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The suites of the Reactive Streams TCK, set up for endpoints: to be extended beside
 * {@link io.sluice.endpoint.tck.EndpointContract} by the author of a plugin that consumes or
 * publishes. They are TestNG classes; {@code testng-engine} runs them on the JUnit Platform.
 * Depends on {@code tck}.
 */
package io.sluice.endpoint.tck.flow;
