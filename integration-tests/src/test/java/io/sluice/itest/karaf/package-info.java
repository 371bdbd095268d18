/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The bundles as built in Apache Karaf itself, used as an operator uses it: files in its folders,
 * its client, and JMX. Depends on {@code host} for the files of the bundles.
 */
package io.sluice.itest.karaf;
