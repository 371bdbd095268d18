/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Configurations in JSON files: a file dropped into the load folder becomes a configuration of Config
 * Admin, beside the {@code .cfg} and {@code .config} files that FileInstall itself reads.
 *
 * <p>Depends on FileInstall's API, Config Admin and Gson; nothing depends on it.
 */
package io.sluice.host.configuration;
