/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * TLS for every endpoint type: turns the {@code security.ssl} section of a configuration, in any of
 * its store variants, into what client libraries take (an {@link javax.net.ssl.SSLContext}, key and
 * trust managers), and takes up renewed files for the next connection.
 *
 * <p>Depends on the JDK, slf4j, the service API and {@link io.sluice.endpoint.support.schema}.
 */
package io.sluice.endpoint.support.tls;
