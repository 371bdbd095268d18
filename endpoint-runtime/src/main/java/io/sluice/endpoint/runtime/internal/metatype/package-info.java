/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Forms of the endpoint types, while the Metatype service is there, so that consoles can draw one
 * for each. Depends on the observers of {@code registry}.
 */
package io.sluice.endpoint.runtime.internal.metatype;
