/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The program behind {@code ./gateway}: reads the options, starts the framework and its bundles,
 * says when they are ready, and stops them.
 *
 * <p>Runs outside the framework, on a class path of the framework and this jar alone; shares JDK
 * types with the bundles and nothing else.
 */
package io.sluice.host.launcher;
