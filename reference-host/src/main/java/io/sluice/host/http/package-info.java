/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The HTTP face of the host: what {@code curl} sees of the endpoints. A server of its own on
 * Jetty's core handlers, as servlets hide informational responses, upgrades and raw targets.
 *
 * <p>Depends on the endpoint API, the exported part of the endpoint runtime, Jetty and Gson;
 * nothing depends on it.
 */
package io.sluice.host.http;
