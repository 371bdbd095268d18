/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Files of the load folder that another of the same size and time was put in the place of, which
 * FileInstall does not see: a mounted volume does that when it turns its links to other files.
 *
 * <p>Depends on FileInstall's API and the framework; nothing depends on it.
 */
package io.sluice.host.replacement;
