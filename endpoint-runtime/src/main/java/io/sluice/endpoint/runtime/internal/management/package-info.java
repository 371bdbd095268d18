/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * JMX: one MXBean a configuration. Depends on the exported package, {@code runtime}, and the
 * observers of {@code registry}.
 */
package io.sluice.endpoint.runtime.internal.management;
