/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** JMX: one MXBean a configuration. */
package io.sluice.endpoint.runtime.internal.management;
