/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Gogo commands of the scope {@code endpoint}, while Gogo is there. Depends on the exported
 * package, {@code runtime}, and the operations of {@code registry}.
 */
package io.sluice.endpoint.runtime.internal.shell;
