/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Gogo commands of the scope {@code endpoint}, while Gogo is there. Depends on the API and the
 * runtime's exported package.
 */
package io.sluice.endpoint.management.internal.shell;
