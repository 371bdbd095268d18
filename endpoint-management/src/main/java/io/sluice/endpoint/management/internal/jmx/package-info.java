/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** JMX: one MXBean a configuration. Depends on the API and the runtime's exported package. */
package io.sluice.endpoint.management.internal.jmx;
