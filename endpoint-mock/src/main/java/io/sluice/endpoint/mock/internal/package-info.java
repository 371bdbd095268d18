/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The mock endpoint: messages, confirmations, answers and faults without a backend.
 *
 * <p>{@code MockEndpointFactory} is the component. It makes {@code MockEndpoint}s, each of which
 * joins a connection, consumers, a publisher and a proxy. The files are named and cut as in every
 * endpoint bundle; {@code Broker}, {@code ClientQueue}, {@code Echo} and {@code MessageSequence}
 * stand for the backend and have no counterpart elsewhere. Nothing may depend on this package; it
 * depends on the API and endpoint-support alone.
 */
@Version("${Bundle-Version}") // for @ProvideEndpoint
package io.sluice.endpoint.mock.internal;

import org.osgi.annotation.versioning.Version;
