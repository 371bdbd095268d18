/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** Gogo commands of the scope {@code endpoint}, while Gogo is there. */
package io.sluice.endpoint.runtime.internal.shell;
