/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Configuration files: what is dropped into the load folder becomes a configuration of Config
 * Admin. FileInstall could read some of the formats itself, but knows neither JSON nor names with a
 * tilde.
 *
 * <p>Depends on FileInstall's API, Config Admin, Gson and the names of the endpoint runtime;
 * nothing depends on it.
 */
package io.sluice.host.configuration;
