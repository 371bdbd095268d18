/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Forms of the endpoint types, while the Metatype service is there, so that consoles can draw one
 * for each. Depends on the API, the runtime's exported package and {@code registration}.
 */
package io.sluice.endpoint.management.internal.metatype;
