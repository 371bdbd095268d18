/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What Config Admin holds, read into definitions of endpoints, groups and pipes. Knows nothing of
 * factories and live endpoints; depends on Config Admin, the API and
 * the exported package, {@code runtime}, only.
 */
package io.sluice.endpoint.runtime.internal.configuration;
